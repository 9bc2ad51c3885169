package ocelli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
)

// process is what a whole process shares.
type process struct {
	log    *slog.Logger
	redact *redactor
	// Done when the module has to stop; its cause says why.
	stop   context.Context
	asked  context.CancelCauseFunc
	module *module
}

// Serve runs a plugin until its host is gone or a signal comes, then ends the process. It never returns.
//
// Started by a host: the bootstrap line on stdin says where to serve. Started with OCELLI_MODULE_LISTEN and OCELLI_REGISTRY:
// serves there and registers. Started by a person: says what to do, and exits with 2.
func Serve[Settings any](plugin Plugin[Settings]) {
	m, err := plugin.module()
	os.Exit(serve(m, err))
}

// serve gives the exit code.
func serve(m *module, wrong error) int {
	redact := &redactor{}
	log := newLogger(&logSink{to: os.Stderr, level: parseLevel(os.Getenv("OCELLI_LOG_LEVEL")), redact: redact})
	slog.SetDefault(log) // What the author's libraries log has the same shape, and no secrets either.
	if wrong != nil {
		if at := callerPlace(); at != nil {
			wrong = fmt.Errorf("%s: %w", at, wrong)
		}
		log.Log(context.Background(), LevelFatal, wrong.Error())
		return 2
	}
	own := &process{log: log, redact: redact, module: m}
	own.stop, own.asked = context.WithCancelCause(context.Background())
	own.watchSignals()
	err := own.run()
	if err == nil {
		return 0
	}
	var invalid *invalidError
	if errors.Is(err, errNoLine) {
		own.explain()
		return 2
	}
	log.Log(context.Background(), LevelFatal, "module failed", "err", err)
	if errors.As(err, &invalid) {
		return 2
	}
	return 1
}

func (p *process) run() error {
	mode, err := startModeOf(os.Getenv, isTerminal(os.Stdin))
	switch {
	case err != nil:
		return err
	case mode.byHand:
		return errNoLine
	case mode.listen != "":
		return p.standAlone(mode)
	default:
		return p.child()
	}
}

// watchSignals ends the module in order, with a second signal at once. A host that does not read what is printed does no harm.
func (p *process) watchSignals() {
	signal.Ignore(syscall.SIGPIPE)
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, syscall.SIGTERM, os.Interrupt)
	go func() {
		first := <-signals
		p.asked(errors.New(first.String()))
		<-signals
		os.Exit(1)
	}()
}

func (p *process) explain() {
	program, err := os.Executable()
	if err != nil {
		program = os.Args[0]
	}
	_, _ = os.Stderr.WriteString(explanation(p.module, program))
}
