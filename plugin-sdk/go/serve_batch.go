package ocelli

import (
	"context"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
)

// newBatch is a call that has been let in.
func (p *parts) newBatch(stream grpc.ServerStream) *batch {
	return &batch{
		parts: p, base: context.WithoutCancel(stream.Context()), received: time.Now(), out: newOutbox(), quit: make(chan struct{}),
	}
}

// serve runs the items and sends what comes, each message as `wrap` has it, until all of them have their last answer.
func (b *batch) serve(stream grpc.ServerStream, wrap func(kind int, message []byte) frame) error {
	defer context.AfterFunc(stream.Context(), func() { b.cancel(errCancelled) })()
	defer context.AfterFunc(b.parts.gate.cancelled, func() { b.cancel(errModuleStops) })()
	defer func() {
		if stream.Context().Err() != nil {
			b.cancel(errCancelled)
		}
		b.cancel(errRunOver)
	}()
	b.begin()
	for {
		message, kind, ok := b.out.take(b.quit)
		if !ok {
			break
		}
		if err := stream.SendMsg(wrap(kind, message)); err != nil {
			return err
		}
	}
	if b.parts.gate.cancelled.Err() != nil {
		return status.Error(codes.Unavailable, "the module stopped before everything was done")
	}
	return stream.Context().Err()
}

// serveItems answers a call with many items. FAILED_PRECONDITION before anything runs where an item names settings that are not
// there.
func (p *parts) serveItems(stream grpc.ServerStream, blame work, run func(*item, *groupEncoder) error) error {
	var request workRequest
	if err := stream.RecvMsg(&request); err != nil {
		return err
	}
	if err := p.gate.admit(); err != nil {
		return err
	}
	defer p.gate.leave()
	held := holder{instances: p.instances}
	defer held.release()
	b := p.newBatch(stream)
	b.run, b.answer, b.progress = run, answerItem, progressItem
	b.items = make([]item, len(request.items))
	for n := range request.items {
		from := &request.items[n]
		var of *instance
		if from.hasRun {
			var err error
			if of, err = held.take(from.run.plugin, from.run.revision); err != nil {
				return err
			}
		}
		b.items[n].init(b, from, of, blame)
	}
	return b.serve(stream, func(_ int, message []byte) frame { return message })
}

func (i *item) init(b *batch, from *workItem, of *instance, blame work) {
	i.number, i.batch, i.blame = from.number, b, blame
	switch {
	case of == nil:
		i.unusable = &PollFault{Status: Internal, Message: "the host sent an item without a run"}
		return
	case !from.hasResource:
		i.unusable = &PollFault{Status: Internal, Message: "the host sent an item without a resource"}
		return
	}
	i.subject = subject{from.resource, from.enrichments}
	i.blame.plugin = of.plugin
	i.begin(b.base, factsOf(&from.run, of, b.received), of.log, &i.subject.resource.ID, i)
}

func answerItem(one *item, end outcome) {
	var fault []byte
	if end.fault != nil {
		fault, _ = proto.Marshal(faultToWire(end.fault, one.batch.parts.redact)) // Its texts are valid.
	}
	one.batch.out.put(together, func(to []byte) []byte { return appendAnswer(to, one.number, one.content, fault, end, false) })
	one.content = nil
}

func progressItem(one *item, extendMs uint32) {
	one.batch.out.put(together, func(to []byte) []byte { return appendProgress(to, one.number, extendMs) })
}

// holder keeps the instances that a call uses.
type holder struct {
	instances *instances
	held      []*instance
}

// take gives the instance a run names.
func (h *holder) take(plugin, revision string) (*instance, error) {
	for _, one := range h.held {
		if one.plugin == plugin && one.revision == revision {
			return one, nil
		}
	}
	taken, err := h.instances.take(plugin, revision)
	if err == nil {
		h.held = append(h.held, taken)
	}
	return taken, err
}

func (h *holder) release() {
	for _, one := range h.held {
		h.instances.release(one)
	}
}
