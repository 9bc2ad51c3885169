package ocelli

import (
	"fmt"
	"slices"
	"sync"

	pluginv1 "ocelli.dev/plugin-sdk/go/gen/ocelli/plugin/v1"
	taskv1 "ocelli.dev/plugin-sdk/go/gen/ocelli/task/v1"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
)

// So many resources are refused one by one; of more only the number is told.
const refusedMost = 20

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
	// How many resources were wrong.
	refused int
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
	if !d.refuse(found.Site) {
		d.item.emit(func() {}) // A function that goes on and on ends with its run all the same.
		return
	}
	fault := d.item.blame.fault(placed(err))
	d.item.logger().Error("resource refused", "err", fault)
	d.partial(found.Site, fault)
}

// refuse counts a wrong resource. False where it is not told any more.
func (d *discovered) refuse(site string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.refused++
	d.complete = false
	d.failed[site] = true
	return d.refused <= refusedMost
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

func (d *discovered) untold() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.refused - refusedMost
}

// end sends the summary.
func (d *discovered) end(end outcome) {
	if untold := d.untold(); untold > 0 {
		d.sendPartial("", Faultf(Internal, "%d more were refused", untold))
	}
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
