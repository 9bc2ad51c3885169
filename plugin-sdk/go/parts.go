package ocelli

import (
	"errors"
	"log/slog"
	"time"
)

// parts are what the services of a module share.
type parts struct {
	module    *module
	instances *instances
	gate      *gate
	log       *slog.Logger
	redact    *redactor
	// Largest message both ways.
	messageBytes int
}

var (
	errRunOver     = errors.New("the run is over")
	errModuleStops = errors.New("the module stops")
	errCancelled   = errors.New("the call was cancelled")
)

// factsOf is what a run is told.
func factsOf(run *workRun, of *instance, received time.Time) facts {
	return facts{
		plugin: of.plugin, settings: of.settings, fence: run.fence, state: []byte(run.state), received: received,
		slotAt:    time.UnixMilli(run.slotAtMs),
		frequency: time.Duration(run.frequencyMs) * time.Millisecond,
		allowed:   time.Duration(run.deadlineMs) * time.Millisecond,
	}
}

// extendMs is a wish for more time as it travels.
func extendMs(more time.Duration) uint32 {
	return uint32(min(max(1, (more+time.Millisecond-1)/time.Millisecond), 1<<32-1))
}
