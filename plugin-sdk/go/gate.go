package ocelli

import (
	"context"
	"sync"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// gate counts the calls that work, and lets a drain wait for them.
type gate struct {
	mu       sync.Mutex
	inFlight int
	idle     chan struct{}
	// Closed when no new work is taken any more. What has no end of its own ends then.
	stopping chan struct{}
	// Done when what still runs has to end.
	cancelled context.Context
	cancel    context.CancelCauseFunc
}

func newGate() *gate {
	cancelled, cancel := context.WithCancelCause(context.Background())
	return &gate{stopping: make(chan struct{}), cancelled: cancelled, cancel: cancel}
}

// admit lets a call in until it is left.
func (g *gate) admit() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.stops() {
		return status.Error(codes.Unavailable, "the module is draining and takes no new work")
	}
	g.inFlight++
	return nil
}

func (g *gate) leave() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.inFlight--
	if g.inFlight == 0 && g.idle != nil {
		close(g.idle)
		g.idle = nil
	}
}

// stops says whether a drain has begun.
func (g *gate) stops() bool {
	select {
	case <-g.stopping:
		return true
	default:
		return false
	}
}

// drain takes no new work from now on, and returns when all of it is done, at the latest after the grace, when it is cancelled.
// `first` runs where this is the first drain.
func (g *gate) drain(grace time.Duration, first func(inFlight int)) {
	g.mu.Lock()
	begin := !g.stops()
	if begin {
		close(g.stopping)
	}
	inFlight := g.inFlight
	if inFlight > 0 && g.idle == nil {
		g.idle = make(chan struct{})
	}
	idle := g.idle
	g.mu.Unlock()
	if begin {
		first(inFlight)
	}
	if inFlight > 0 {
		timer := time.NewTimer(grace)
		defer timer.Stop()
		select {
		case <-idle:
		case <-timer.C:
		case <-g.cancelled.Done():
		}
	}
	g.cancel(errModuleStops)
}
