package ocelli

import (
	"context"
	"errors"
	"fmt"
)

// Status is how a run ended, in Panoptes' words. The numbers are what the status metric shows.
type Status int32

// Every way a run can end.
const (
	Success           Status = 0 // It did not fail.
	Authentication    Status = 1 // The device refused the credentials.
	Network           Status = 2 // The network or the device refused.
	Timeout           Status = 3 // No answer in time.
	Partial           Status = 4 // Some of what was asked for came, some did not.
	Internal          Status = 5 // The plugin failed.
	MissingMetrics    Status = 6 // The device lacks what was asked for.
	PingFailure       Status = 7 // The device does not answer a ping either.
	EnrichmentFailure Status = 8 // The enrichment that the run needs is missing or wrong.
)

var statusNames = [...]string{
	"success", "authentication", "network", "timeout", "partial", "internal", "missing_metrics", "ping_failure", "enrichment_failure",
}

// String is the status in a word, such as "timeout".
func (s Status) String() string {
	if s < 0 || int(s) >= len(statusNames) {
		return fmt.Sprintf("status %d", int32(s))
	}
	return statusNames[s]
}

// Origin says whose fault it was.
type Origin int32

// The origins of a fault.
const (
	OriginOfStatus    Origin = iota // As the status says.
	OriginPlugin                    // The plugin's own code.
	OriginTarget                    // The watched device or the way to it.
	OriginCredentials               // Credentials that were refused.
	OriginHost                      // Ocelli itself.
)

// Retry says when a repetition may help.
type Retry int32

// When to try again.
const (
	RetryDefault  Retry = iota // At the next slot.
	RetryNever                 // Not before somebody changed something.
	RetryNextSlot              // At the next slot.
	RetryAtOnce                // At once.
)

// PollFault ends a run with a status that people see. Return it, also wrapped in another error.
type PollFault struct {
	Status  Status
	Message string
	Retry   Retry
	Origin  Origin
	// Cause is what Unwrap gives.
	Cause error
}

// Faultf makes a fault of a status and a sentence: Faultf(ocelli.Timeout, "no answer within %s", wait). %w keeps a cause.
func Faultf(status Status, format string, args ...any) *PollFault {
	err := fmt.Errorf(format, args...)
	return &PollFault{Status: status, Message: err.Error(), Cause: errors.Unwrap(err)}
}

// noFault is what a function of type *PollFault gives where nothing went wrong. Its type makes it an error that is not nil, so
// that all methods have to bear it.
var noFault error = (*PollFault)(nil)

func (f *PollFault) Error() string {
	if f == nil {
		return "a nil *PollFault"
	}
	return f.Message
}

// Unwrap gives the cause.
func (f *PollFault) Unwrap() error {
	if f == nil {
		return nil
	}
	return f.Cause
}

// Is makes a fault of a timeout equal to context.DeadlineExceeded.
func (f *PollFault) Is(target error) bool {
	return f != nil && target == context.DeadlineExceeded && f.Status == Timeout
}

var origins = map[Status]Origin{
	Authentication:    OriginCredentials,
	Internal:          OriginPlugin,
	EnrichmentFailure: OriginHost,
}

func (f *PollFault) origin() Origin {
	if f.Origin != OriginOfStatus {
		return f.Origin
	}
	if origin, known := origins[f.Status]; known {
		return origin
	}
	return OriginTarget
}
