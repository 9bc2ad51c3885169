package ocelli

import (
	"errors"
	"fmt"
	"log/slog"
)

// misuse is a mistake in the author's code, in one sentence, and the line of it where it is known.
type misuse struct {
	at   *place
	text string
}

func (m *misuse) Error() string { return m.text }

func misusef(format string, args ...any) *misuse {
	return &misuse{text: fmt.Sprintf(format, args...)}
}

// work is a function of the author's that runs for a plugin: who is to blame when it fails.
type work struct {
	// Such as "poll".
	service string
	plugin  string
	// Where the function begins.
	declared *place
}

// at is "poll of cpu (main.go:12)".
func (w work) at(where *place) string {
	if where == nil {
		where = w.declared
	}
	if where == nil {
		return fmt.Sprintf("%s of %s", w.service, w.plugin)
	}
	return fmt.Sprintf("%s of %s (%s)", w.service, w.plugin, where)
}

// fault says what an error of the author's function means for its run. An error may have methods of the author's, which may
// panic: that is one run's fault, and not the end of the module.
func (w work) fault(err error) (fault *PollFault) {
	defer func() {
		if value := recover(); value != nil {
			fault = &PollFault{Status: Internal, Message: fmt.Sprintf("%s: its error of type %T cannot say what it is: %v", w.at(nil), err, value)}
		}
	}()
	if noFaultIn(err) {
		err = misusef("it returned a nil *PollFault as an error: return nil itself")
	}
	var wrong *misuse
	if errors.As(err, &wrong) {
		return &PollFault{Status: Internal, Message: w.at(wrong.at) + ": " + err.Error(), Cause: err}
	}
	fault, internal := toFault(err)
	var known *PollFault
	if internal && !errors.As(err, &known) {
		fault.Message = w.at(nil) + ": " + fault.Message
	}
	return fault
}

func noFaultIn(err error) bool {
	var fault *PollFault
	return errors.As(err, &fault) && fault == nil
}

// run calls the author's function. A panic, or a goroutine that ended itself, comes back as an error; the author's frames go to
// the log.
func (w work) run(function func() error, log *slog.Logger) (err error) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		returned := false
		defer func() {
			if !returned {
				err = w.unwound(recover(), log)
			}
		}()
		err = function()
		returned = true
	}()
	<-done
	return err
}

// unwound is what it comes to where the function did not return: value is what recover said. To be called by the deferred
// function that recovered, whose stack still shows where it happened.
func (w work) unwound(value any, log *slog.Logger) *PollFault {
	if value == nil {
		return &PollFault{Status: Internal, Message: w.at(nil) + " ended its goroutine: return an error instead"}
	}
	log.Debug("stack of the panic", "stack", callerStack())
	return w.panickedWith(value)
}

// panickedWith is a panic as a fault that names the line.
func (w work) panickedWith(value any) *PollFault {
	// Print bears a value that panics while it says what it is.
	return &PollFault{Status: Internal, Message: fmt.Sprintf("%s panicked: %s", w.at(callerPlace()), fmt.Sprint(value))}
}
