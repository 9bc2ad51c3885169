package ocelli

import (
	pluginv1 "ocelli.dev/plugin-sdk/go/gen/ocelli/plugin/v1"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protowire"
)

type discoveryServer struct {
	pluginv1.UnimplementedDiscoveryServer
	*parts
}

// Discover streams what is found in batches and ends with the summary.
func (p *discoveryServer) Discover(request *pluginv1.DiscoverRequest, stream grpc.ServerStreamingServer[pluginv1.DiscoverResponse]) error {
	if err := p.gate.admit(); err != nil {
		return err
	}
	defer p.gate.leave()
	if request.GetRun() == nil {
		return status.Error(codes.InvalidArgument, "the host sent a discovery without a run")
	}
	held := holder{instances: p.instances}
	defer held.release()
	run := request.GetRun()
	of, err := held.take(run.GetPlugin(), run.GetRevision())
	if err != nil {
		return err
	}
	b := p.newBatch(stream)
	blame := work{service: "discover", plugin: of.plugin, declared: p.module.declaredDiscover}
	b.items = make([]item, 1)
	one := &b.items[0]
	one.batch, one.blame = b, blame
	told := workRun{
		fence: run.GetFence(), deadlineMs: run.GetDeadlineMs(), slotAtMs: run.GetSlotAtMs(), frequencyMs: run.GetFrequencyMs(),
		state: string(run.GetState()),
	}
	one.begin(b.base, factsOf(&told, of, b.received), of.log, nil, one)
	found := &discovered{item: one, module: p.module, seen: map[string]bool{}, failed: map[string]bool{}, complete: true}
	b.run = func(*item, *groupEncoder) error {
		return p.module.discover(&one.attempt, discoveryEvents{found.resource, found.partial, found.setScopes})
	}
	b.answer = func(_ *item, end outcome) { found.end(end) }
	b.progress = func(_ *item, extendMs uint32) {
		found.send(&pluginv1.DiscoverResponse{Part: &pluginv1.DiscoverResponse_Progress{Progress: &pluginv1.Progress{ExtendMs: extendMs}}})
	}
	return b.serve(stream, wrapResources)
}

// wrapResources makes a message of resources that follow one another; everything else is a message already.
func wrapResources(kind int, message []byte) frame {
	if kind == alone {
		return message
	}
	wrapped := protowire.AppendTag(make([]byte, 0, len(message)+8), 1, protowire.BytesType)
	return protowire.AppendBytes(wrapped, message)
}
