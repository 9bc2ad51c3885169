package ocelli

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

// facts are what a run is told, whatever it does.
type facts struct {
	plugin    string
	settings  any
	fence     uint64
	slotAt    time.Time
	frequency time.Duration
	state     []byte
	received  time.Time
	// From received on; 0 for none.
	allowed time.Duration
}

// attempt is one run of an author's function: what it was told, and what it leaves. It ends once: when the function is done,
// at its deadline, or when nobody waits for it any more. What a function does after that reaches nobody.
type attempt struct {
	runContext
	facts facts
	// Behind the logger of the run.
	handler lineHandler
	log     *slog.Logger
	item    *item

	mu           sync.Mutex
	over         bool
	faults       []*PollFault
	state        []byte
	stateSet     bool
	stateProblem error
}

// outcome is how an attempt ended.
type outcome struct {
	// Nil where it succeeded.
	fault *PollFault
	// To be stored where set is true.
	state []byte
	set   bool
}

// begin prepares it; `about` is the resource that its log lines name, or nil.
func (a *attempt) begin(base context.Context, given facts, log *slog.Logger, about *string, of *item) {
	a.base, a.facts, a.log, a.item, a.state = base, given, log, of, given.state
	if handler, ours := log.Handler().(*lineHandler); ours && about != nil {
		a.handler = handler.about(about)
		a.log = slog.New(&a.handler)
	}
	if given.allowed > 0 {
		a.deadline = given.received.Add(given.allowed)
	}
}

// progress moves the deadline.
func (a *attempt) progress(more time.Duration) {
	a.runContext.mu.Lock()
	if due := time.Now().Add(more); !a.deadline.IsZero() && due.After(a.deadline) {
		a.deadline = due
	}
	a.runContext.mu.Unlock()
	a.mu.Lock()
	over := a.over
	a.mu.Unlock()
	if !over {
		a.item.extendBy(more)
	}
}

// finish ends the attempt with what its function returned. False where it was over before.
func (a *attempt) finish(err error, by work) (end outcome, first bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.over {
		return outcome{}, false
	}
	a.over = true
	if err == nil {
		err = a.stateProblem
	}
	if err != nil {
		end = outcome{fault: by.fault(err)}
	} else {
		end = outcome{fault: joined(a.faults), state: a.state, set: a.stateSet}
	}
	a.end(context.Canceled, errRunOver)
	return end, true
}

// late ends the attempt at its deadline.
func (a *attempt) late() (end outcome, first bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.over {
		return outcome{}, false
	}
	a.over = true
	deadline, _ := a.Deadline()
	took := deadline.Sub(a.facts.received).Round(time.Millisecond).Milliseconds()
	fault := &PollFault{Status: Timeout, Message: fmt.Sprintf("no result within %d ms", took)}
	a.end(context.DeadlineExceeded, fault)
	return outcome{fault: fault}, true
}

// abandon ends the attempt without an answer: nobody waits for one.
func (a *attempt) abandon(cause error) {
	a.mu.Lock()
	a.over = true
	a.mu.Unlock()
	a.end(context.Canceled, cause)
}

// joined is several faults of one answer as one: the first, and how many more there were.
func joined(faults []*PollFault) *PollFault {
	if len(faults) == 0 {
		return nil
	}
	first := *faults[0]
	if more := len(faults) - 1; more > 0 {
		first.Message = fmt.Sprintf("%s (and %d more)", first.Message, more)
	}
	return &first
}
