package ocelli

import (
	"fmt"
	"slices"
	"sync"

	pluginv1 "ocelli.dev/plugin-sdk/go/gen/ocelli/plugin/v1"
	taskv1 "ocelli.dev/plugin-sdk/go/gen/ocelli/task/v1"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
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

// discovered is what a discovery has found so far. Complete only where nothing failed: a wrong resource is left out with a
// fault of its own.
type discovered struct {
	item   *item
	module *module

	// Guarded by the item.
	sent uint32

	mu       sync.Mutex
	seen     map[string]bool
	failed   map[string]bool
	scopes   []string
	complete bool
}

func (d *discovered) resource(found Resource) {
	part, err := d.encode(found)
	if err == nil {
		d.item.emit(func() {
			d.sent++
			d.item.batch.out.putBytes(together, part)
		})
		return
	}
	fault := d.item.blame.fault(placed(err))
	d.item.logger().Error("resource refused", "err", fault)
	d.partial(found.Site, fault)
}

func (d *discovered) encode(found Resource) ([]byte, error) {
	wire, err := resourceToWire(found)
	if err != nil {
		return nil, err
	}
	encoded, err := proto.Marshal(wire)
	if err != nil {
		return nil, err
	}
	if limit := d.item.batch.parts.messageBytes; len(encoded)+envelopeBytes > limit {
		return nil, misusef("resource %s is %d bytes; a message holds at most %d", quoted(wire.GetId()), len(encoded), limit)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.seen[wire.GetId()] {
		return nil, misusef("resource %s comes twice", quoted(wire.GetId()))
	}
	d.seen[wire.GetId()] = true
	return protowire.AppendBytes(protowire.AppendTag(nil, 1, protowire.BytesType), encoded), nil
}

func (d *discovered) partial(site string, fault *PollFault) {
	d.item.emit(func() { d.sendPartial(site, fault) })
}

func (d *discovered) sendPartial(site string, fault *PollFault) {
	d.mu.Lock()
	d.complete = false
	d.failed[site] = true
	d.mu.Unlock()
	part := &pluginv1.PartialError{Scope: valid(site), Fault: faultToWire(fault, d.item.batch.parts.redact)}
	d.send(&pluginv1.DiscoverResponse{Part: &pluginv1.DiscoverResponse_PartialError{PartialError: part}})
}

func (d *discovered) setScopes(sites []string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.scopes = slices.Clone(sites)
}

// end sends the summary.
func (d *discovered) end(end outcome) {
	if end.fault != nil {
		d.sendPartial("", end.fault)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	scopes := slices.DeleteFunc(d.scopes, func(site string) bool { return d.failed[site] })
	summary := &pluginv1.Summary{
		Summary: &taskv1.DiscoverySummary{Complete: d.complete, Resources: d.sent, Scopes: scopes},
	}
	if end.set {
		summary.State, summary.SetState = end.state, true
	}
	d.send(&pluginv1.DiscoverResponse{Part: &pluginv1.DiscoverResponse_Summary{Summary: summary}})
}

func (d *discovered) send(message *pluginv1.DiscoverResponse) {
	encoded, err := proto.Marshal(message)
	if err != nil {
		panic(fmt.Sprintf("a message of ours cannot be encoded: %v", err)) // Its texts are valid.
	}
	d.item.batch.out.putBytes(alone, encoded)
}
