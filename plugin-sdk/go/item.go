package ocelli

import (
	"log/slog"
	"runtime"
	"time"
)

// item is one item of a call, or the whole of a discovery.
type item struct {
	attempt
	number  uint32
	subject subject
	batch   *batch
	blame   work
	// What is wrong with what the host sent, or nil.
	unusable *PollFault

	// Guarded by batch.mu. Left behind at its deadline: its worker is not waited for any more.
	started, abandoned bool

	// Guarded by attempt.mu while the run is not over. What was found and not sent yet, encoded.
	content []byte
	brought int
}

// No device has more groups; a function that goes on does not end. Hosts take no more of one run.
const mostGroups = 20_000

// emit adds something that was found. It waits while nobody takes what was sent, and ends the goroutine when the run is over:
// the function that runs in it may be one that never ends by itself.
func (i *item) emit(add func()) {
	i.mu.Lock()
	over := i.over
	if !over {
		add()
	}
	i.mu.Unlock()
	if !over && i.batch.out.full() {
		i.batch.out.wait(i.Done(), i.batch.quit)
	}
	if over || i.Err() != nil {
		runtime.Goexit()
	}
}

// fail ends the run from inside the author's function.
func (i *item) fail(err error) {
	i.batch.finish(i, err)
	runtime.Goexit()
}

// extendBy passes on a run's wish for more time.
func (i *item) extendBy(more time.Duration) {
	i.batch.progress(i, extendMs(more))
	i.batch.mu.Lock()
	defer i.batch.mu.Unlock()
	if i.batch.open > 0 {
		i.batch.watch()
	}
}

func (i *item) logger() *slog.Logger {
	if i.log == nil {
		return i.batch.parts.log
	}
	return i.log
}
