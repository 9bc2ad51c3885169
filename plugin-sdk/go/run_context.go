package ocelli

import (
	"context"
	"sync"
	"time"
)

// runContext is the context of one run. Unlike those of the standard library its deadline may move, and it costs next to
// nothing while nobody waits on it: a batch holds hundreds.
type runContext struct {
	// Carries values; it is never done.
	base context.Context

	mu       sync.Mutex
	deadline time.Time
	// Both are nil until it is done.
	err, cause error
	// Made where somebody asks for a value when it is done: one of the standard library, so that context.Cause finds the cause.
	ended context.Context
	done  chan struct{}
	after map[*func()]struct{}
}

func (c *runContext) Deadline() (time.Time, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.deadline, !c.deadline.IsZero()
}

func (c *runContext) Done() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.done == nil {
		c.done = make(chan struct{})
		if c.err != nil {
			close(c.done)
		}
	}
	return c.done
}

func (c *runContext) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}

func (c *runContext) Value(key any) any {
	c.mu.Lock()
	if c.err != nil && c.ended == nil {
		ended, cancel := context.WithCancelCause(c.base)
		cancel(c.cause)
		c.ended = ended
	}
	from := c.ended
	c.mu.Unlock()
	if from == nil {
		from = c.base
	}
	return from.Value(key)
}

// AfterFunc lets contexts derived from this one end with it, without a goroutine for each.
func (c *runContext) AfterFunc(run func()) (stop func() bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err != nil {
		go run()
		return func() bool { return false }
	}
	if c.after == nil {
		c.after = map[*func()]struct{}{}
	}
	key := &run
	c.after[key] = struct{}{}
	return func() bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		_, waiting := c.after[key]
		delete(c.after, key)
		return waiting
	}
}

// end makes it done, once: err is context.DeadlineExceeded or context.Canceled, cause is what context.Cause says.
func (c *runContext) end(err, cause error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err != nil {
		return
	}
	c.err, c.cause = err, cause
	if c.done != nil {
		close(c.done)
	}
	for run := range c.after {
		go (*run)()
	}
	c.after = nil
}
