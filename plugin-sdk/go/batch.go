package ocelli

import (
	"context"
	"sync"
	"time"
)

// batch is one call with many items. So many of them run at a time; whoever ignores its deadline is left behind there.
type batch struct {
	parts *parts
	// Runs the author's function on an item, and emits what it returned.
	run func(*item, *groupEncoder) error
	// Sends the last answer of an item that is over: nothing is added any more.
	answer func(*item, outcome)
	// Sends an item's wish for more time.
	progress func(*item, uint32)
	// Carries the values of the call.
	base     context.Context
	received time.Time
	out      *outbox
	// Closed when nobody waits for answers any more.
	quit chan struct{}

	once  sync.Once
	items []item

	mu sync.Mutex
	// The first item that has not begun.
	next int
	// Workers that are not left behind, and whether one of them has yet to begin.
	workers  int
	starting bool
	// Items without their last answer.
	open  int
	timer *time.Timer
}

// begin starts the first worker; each brings up the next one as long as there is work, so that quick items share a few.
func (b *batch) begin() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.open = len(b.items)
	if b.open == 0 {
		b.out.close()
		return
	}
	b.watch()
	b.spawn()
}

// spawn starts a worker where there is work for it. To be called with mu.
func (b *batch) spawn() {
	if b.starting || b.next >= len(b.items) || b.workers >= b.parts.module.concurrency {
		return
	}
	b.starting = true
	b.workers++
	go b.worker()
}

func (b *batch) worker() {
	var current *item
	defer func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		if current == nil || !current.abandoned {
			b.workers--
			b.spawn()
		}
	}()
	encoder := &groupEncoder{}
	b.mu.Lock()
	b.starting = false
	for {
		current = b.pick()
		b.mu.Unlock()
		if current == nil {
			return
		}
		b.runItem(current, encoder)
		if b.out.full() {
			b.out.wait(nil, b.quit)
		}
		b.mu.Lock()
		if current.abandoned {
			b.mu.Unlock()
			return
		}
	}
}

// pick gives the next item that is not over, or nil. To be called with mu.
func (b *batch) pick() *item {
	for b.next < len(b.items) {
		picked := &b.items[b.next]
		b.next++
		if picked.abandoned {
			continue
		}
		picked.started = true
		b.spawn()
		return picked
	}
	return nil
}

// runItem runs one item and sends its last answer, whatever the author's function does.
func (b *batch) runItem(one *item, encoder *groupEncoder) {
	returned := false
	var err error
	defer func() {
		if !returned {
			err = one.blame.unwound(recover(), one.logger())
		}
		b.finish(one, err)
	}()
	if one.unusable != nil {
		err = one.unusable
	} else if one.Err() == nil {
		err = b.run(one, encoder)
	}
	returned = true
}

// finish ends an item with what its function returned, unless it is over.
func (b *batch) finish(one *item, err error) {
	end, first := one.attempt.finish(err, one.blame)
	if !first {
		return
	}
	if end.fault != nil && end.fault.Status == Internal {
		one.logger().Error("run failed", "err", end.fault)
	}
	b.answer(one, end)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.answered()
}

// answered counts an item that has its last answer. To be called with mu.
func (b *batch) answered() {
	b.open--
	if b.open == 0 {
		b.timer.Stop()
		b.out.close()
	}
}
