package ocelli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"syscall"
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

func (f *PollFault) Error() string { return f.Message }

// Unwrap gives the cause.
func (f *PollFault) Unwrap() error { return f.Cause }

// Is makes a fault of a timeout equal to context.DeadlineExceeded.
func (f *PollFault) Is(target error) bool {
	return target == context.DeadlineExceeded && f.Status == Timeout
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

// toFault says what a returned error means. Errors of the network know their status; anything else is the plugin's own, and
// internal is true.
func toFault(err error) (fault *PollFault, internal bool) {
	if errors.As(err, &fault) && fault != nil {
		if fault.Status < Authentication || fault.Status > EnrichmentFailure {
			return &PollFault{Status: Internal, Message: fault.Message, Cause: err}, true
		}
		if err != error(fault) { // The words around a wrapped fault are worth keeping.
			return &PollFault{Status: fault.Status, Message: err.Error(), Retry: fault.Retry, Origin: fault.Origin, Cause: err}, false
		}
		return fault, false
	}
	if status := networkStatus(err); status != Success {
		return &PollFault{Status: status, Message: err.Error(), Cause: err}, false
	}
	return &PollFault{Status: Internal, Message: err.Error(), Cause: err}, true
}

var unreachable = []error{
	syscall.ECONNREFUSED, syscall.ECONNRESET, syscall.ECONNABORTED, syscall.EHOSTUNREACH, syscall.EHOSTDOWN, syscall.ENETUNREACH, syscall.EPIPE,
}

func networkStatus(err error) Status {
	var timed interface{ Timeout() bool }
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded) || (errors.As(err, &timed) && timed.Timeout()) {
		return Timeout
	}
	for _, errno := range unreachable {
		if errors.Is(err, errno) {
			return Network
		}
	}
	var lookup *net.DNSError
	var operation *net.OpError
	if errors.As(err, &lookup) || errors.As(err, &operation) {
		return Network
	}
	return Success
}
