package ocellitest

import (
	"time"

	ocelli "ocelli.dev/plugin-sdk/go"
	pluginv1 "ocelli.dev/plugin-sdk/go/gen/ocelli/plugin/v1"
	resourcev1 "ocelli.dev/plugin-sdk/go/gen/ocelli/resource/v1"
)

func (p *Plugin) item(run *pluginv1.Run, about ocelli.Resource, with Run) *pluginv1.Item {
	p.t.Helper()
	item := &pluginv1.Item{Run: run, Resource: &resourcev1.Resource{
		Id: about.ID, Site: about.Site, Class: about.Class, Subclass: about.Subclass, Type: about.Type, Endpoint: about.Endpoint,
		Metadata: about.Metadata, Parents: about.Parents, TtlS: uint32(about.TTL / time.Second),
	}}
	for namespace, facts := range with.Enrichments {
		item.Enrichments = append(item.Enrichments, &resourcev1.EnrichmentSet{Namespace: namespace, TtlS: 300, DataJson: []byte(p.json(facts))})
	}
	return item
}

func resource(wire *resourcev1.Resource) ocelli.Resource {
	return ocelli.Resource{
		ID: wire.GetId(), Site: wire.GetSite(), Class: wire.GetClass(), Subclass: wire.GetSubclass(), Type: wire.GetType(),
		Endpoint: wire.GetEndpoint(), Metadata: wire.GetMetadata(), Parents: wire.GetParents(),
		TTL: time.Duration(wire.GetTtlS()) * time.Second,
	}
}

func fault(wire *resourcev1.Fault) *ocelli.PollFault {
	return &ocelli.PollFault{
		Status: ocelli.Status(wire.GetStatus()), Message: wire.GetMessage(), Retry: ocelli.Retry(wire.GetRetry()),
		Origin: ocelli.Origin(wire.GetOrigin()),
	}
}

func groups(wire []*resourcev1.MetricGroup) []ocelli.Group {
	var read []ocelli.Group
	for _, from := range wire {
		group := ocelli.Group{Name: from.GetName(), Dimensions: ocelli.Dimensions{}, Metrics: ocelli.Metrics{}}
		if from.GetAtMs() != 0 {
			group.At = time.UnixMilli(from.GetAtMs())
		}
		for _, one := range from.GetDimensions() {
			group.Dimensions[one.GetName()] = one.GetValue()
		}
		for _, one := range from.GetMetrics() {
			group.Metrics[one.GetName()] = value(one)
		}
		read = append(read, group)
	}
	return read
}

func value(from *resourcev1.Metric) ocelli.Value {
	whole, isWhole := from.GetValue().(*resourcev1.Metric_IntValue)
	switch {
	case from.GetType() == resourcev1.MetricType_METRIC_TYPE_COUNTER && isWhole:
		return ocelli.Counter(whole.IntValue)
	case from.GetType() == resourcev1.MetricType_METRIC_TYPE_COUNTER:
		return ocelli.Counter(from.GetDoubleValue())
	case isWhole:
		return ocelli.Gauge(whole.IntValue)
	default:
		return ocelli.Gauge(from.GetDoubleValue())
	}
}
