package ocelli

import (
	"context"
	"errors"
	"net"
	"os"
	"syscall"
)

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
