package ocelli

import (
	"context"
	"errors"
	"io"

	pluginv1 "ocelli.dev/plugin-sdk/go/gen/ocelli/plugin/v1"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

type sinkServer struct {
	pluginv1.UnimplementedSinkServer
	*parts
}

type sinkStream = grpc.BidiStreamingServer[pluginv1.WriteRequest, pluginv1.WriteResponse]

// Write stores one batch after the other. The stream has no end of its own: it ends when the module stops or when newer
// settings have come, each time after the batch it is at.
func (p *sinkServer) Write(stream sinkStream) error {
	if err := p.gate.admit(); err != nil {
		return err
	}
	defer p.gate.leave()
	requests, failed := received(stream)
	var of *instance
	var superseded <-chan struct{}
	defer func() {
		if of != nil {
			p.instances.release(of)
		}
	}()
	for {
		select {
		case <-p.gate.stopping:
			return status.Error(codes.Unavailable, "the module is draining")
		case <-superseded:
			return status.Errorf(codes.FailedPrecondition, "plugin %s has got newer settings", of.plugin)
		default: // Both win over a batch that is there as well.
		}
		select {
		case <-p.gate.stopping:
		case <-superseded:
		case err := <-failed:
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		case request := <-requests:
			if of == nil {
				taken, err := p.instances.take(request.GetPlugin(), request.GetRevision())
				if err != nil {
					return err
				}
				of, superseded = taken, taken.superseded.Done()
			} else if of.plugin != request.GetPlugin() || of.revision != request.GetRevision() {
				return status.Error(codes.InvalidArgument, "a stream of results belongs to one plugin at one revision")
			}
			if err := stream.Send(p.writeBatch(stream.Context(), of, request)); err != nil {
				return err
			}
		}
	}
}

// received reads a stream of requests one at a time, until it ends or its call does.
func received(stream sinkStream) (<-chan *pluginv1.WriteRequest, <-chan error) {
	requests, failed := make(chan *pluginv1.WriteRequest), make(chan error, 1)
	go func() {
		for {
			request, err := stream.Recv()
			if err != nil {
				failed <- err
				return
			}
			select {
			case requests <- request:
			case <-stream.Context().Done():
				return
			}
		}
	}()
	return requests, failed
}

func (p *sinkServer) writeBatch(call context.Context, of *instance, request *pluginv1.WriteRequest) *pluginv1.WriteResponse {
	answer := &pluginv1.WriteResponse{Batch: request.GetBatch()}
	refuse := func(position uint64, reason string) {
		fault := &PollFault{Status: Internal, Message: reason, Retry: RetryNever}
		answer.Refused = append(answer.Refused, &pluginv1.RecordFault{Position: position, Fault: faultToWire(fault, p.redact)})
	}
	records := make([]SinkRecord, 0, len(request.GetRecords()))
	for _, record := range request.GetRecords() {
		result, err := resultFromWire(record.GetResult())
		if err != nil {
			refuse(record.GetPosition(), err.Error())
			continue
		}
		records = append(records, SinkRecord{record.GetMesh(), record.GetPosition(), result})
	}
	ctx, cancel := context.WithCancelCause(call)
	defer cancel(errRunOver)
	defer context.AfterFunc(p.gate.cancelled, func() { cancel(errModuleStops) })()
	never, err := p.writeRecords(ctx, of, records)
	for _, one := range never {
		refuse(one.Position, one.Reason)
	}
	if err != nil {
		fault := p.module.work("sink", of.plugin, p.module.declaredSink).fault(err)
		if ctx.Err() == nil {
			of.log.Error("batch not stored", "err", fault, "batch", request.GetBatch())
		}
		return &pluginv1.WriteResponse{Batch: request.GetBatch(), Fault: faultToWire(fault, p.redact)}
	}
	return answer
}

// writeRecords calls the author's sink. One that ignores its context is left behind when the call is over.
func (p *sinkServer) writeRecords(ctx context.Context, of *instance, records []SinkRecord) ([]RefusedRecord, error) {
	sink, err := of.sink.get(ctx)
	if err != nil {
		return nil, err
	}
	var never []RefusedRecord
	done := make(chan error, 1)
	go func() {
		done <- p.module.work("sink", of.plugin, p.module.declaredSink).run(func() (err error) {
			never, err = sink.Write(ctx, records)
			return err
		}, of.log)
	}()
	select {
	case err := <-done:
		return never, err
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}
