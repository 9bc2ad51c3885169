package ocellitest

import (
	"time"

	ocelli "ocelli.dev/plugin-sdk/go"
	pluginv1 "ocelli.dev/plugin-sdk/go/gen/ocelli/plugin/v1"
	resourcev1 "ocelli.dev/plugin-sdk/go/gen/ocelli/resource/v1"
	taskv1 "ocelli.dev/plugin-sdk/go/gen/ocelli/task/v1"
)

// Written is what came of writing to a sink.
type Written struct {
	// Fault is why nothing was stored, or nil.
	Fault *ocelli.PollFault
	// Refused are the reasons of the records that never can be, by position.
	Refused map[uint64]string
	Log     []map[string]any
}

// Write opens the sink, writes results of polls to it in one batch, with positions from 1 on, and closes it.
func (p *Plugin) Write(run Run, results ...ocelli.Result) Written {
	p.t.Helper()
	ctx, wire := p.begin(run)
	request := &pluginv1.WriteRequest{Plugin: wire.GetPlugin(), Revision: wire.GetRevision(), Batch: 1}
	for i, one := range results {
		request.Records = append(request.Records, &pluginv1.SinkRecord{Mesh: "test", Position: uint64(i + 1), Result: resultToWire(one)})
	}
	stream, err := pluginv1.NewSinkClient(p.connection).Write(ctx)
	if err == nil {
		err = stream.Send(request)
	}
	if err != nil {
		p.t.Fatal(err)
	}
	answer, err := stream.Recv()
	if err != nil {
		p.t.Fatal(err)
	}
	_ = stream.CloseSend()
	_, _ = stream.Recv() // The end.
	written := Written{Refused: map[uint64]string{}}
	if answer.GetFault() != nil {
		written.Fault = fault(answer.GetFault())
	}
	for _, one := range answer.GetRefused() {
		written.Refused[one.GetPosition()] = one.GetFault().GetMessage()
	}
	written.Log = p.log.parsed()
	return written
}

func resultToWire(from ocelli.Result) *taskv1.Result {
	wire := &taskv1.Result{
		Kind: taskv1.Kind_KIND_POLLING, Plugin: from.Plugin, Fence: from.Fence, Part: from.Part, Last: from.Last, AgentId: from.AgentID,
		SlotAtMs: ms(from.SlotAt), StartedAtMs: ms(from.StartedAt), FinishedAtMs: ms(from.FinishedAt),
		FrequencyMs: uint32(from.Frequency.Milliseconds()), PluginRevision: from.PluginRevision,
		Status: resourcev1.PollStatus(from.Status), OnDemand: from.OnDemand,
	}
	if from.Resource != nil {
		wire.Resource = &resourcev1.Resource{
			Id: from.Resource.ID, Site: from.Resource.Site, Class: from.Resource.Class, Subclass: from.Resource.Subclass,
			Type: from.Resource.Type, Endpoint: from.Resource.Endpoint, Metadata: from.Resource.Metadata, Parents: from.Resource.Parents,
		}
	}
	for _, group := range from.Groups {
		to := &resourcev1.MetricGroup{Name: group.Name, AtMs: ms(group.At)}
		for name, text := range group.Dimensions {
			to.Dimensions = append(to.Dimensions, &resourcev1.Dimension{Name: name, Value: text})
		}
		for name, number := range group.Metrics {
			metric := &resourcev1.Metric{Name: name, Type: resourcev1.MetricType_METRIC_TYPE_GAUGE}
			if number.IsCounter() {
				metric.Type = resourcev1.MetricType_METRIC_TYPE_COUNTER
			}
			metric.Value = &resourcev1.Metric_DoubleValue{DoubleValue: number.Float()}
			to.Metrics = append(to.Metrics, metric)
		}
		wire.Groups = append(wire.Groups, to)
	}
	return wire
}

func ms(at time.Time) int64 {
	if at.IsZero() {
		return 0
	}
	return at.UnixMilli()
}
