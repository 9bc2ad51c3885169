package ocelli

import (
	"context"
	"errors"
	"time"
)

// Worker runs a round again and again until it is stopped.
type Worker struct {
	stop context.CancelCauseFunc
	done chan struct{}
}

// After a round that failed the next one comes no sooner.
const pauseAfterFailure = time.Second

var errWorkerStopped = errors.New("the worker was stopped")

// StartWorker starts the first round at once and waits `every` from the end of one to the start of the next. Rounds never
// overlap. `failed`, where it is not nil, is called with what a round returned or panicked with; the next round comes all the
// same. The worker ends with Stop, or when the context is done.
func StartWorker(ctx context.Context, every time.Duration, round func(ctx context.Context) error, failed func(error)) *Worker {
	ctx, stop := context.WithCancelCause(ctx)
	worker := &Worker{stop: stop, done: make(chan struct{})}
	go func() {
		defer close(worker.done)
		defer stop(errWorkerStopped)
		for ctx.Err() == nil {
			pause := max(every, time.Millisecond) // A round that waits for nothing still lets others run.
			if err := runRound(ctx, round); err != nil && ctx.Err() == nil {
				if failed != nil {
					failed(err)
				}
				pause = max(pause, pauseAfterFailure)
			}
			select {
			case <-time.After(pause):
			case <-ctx.Done():
			}
		}
	}()
	return worker
}

func runRound(ctx context.Context, round func(context.Context) error) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = (work{service: "round", plugin: "a worker"}).panickedWith(value)
		}
	}()
	return round(ctx)
}

// Stop ends the round's context and waits until the round is over.
func (w *Worker) Stop() {
	w.stop(errWorkerStopped)
	<-w.done
}

// Done is closed when the last round is over.
func (w *Worker) Done() <-chan struct{} { return w.done }
