package ocelli

import (
	"io"
	"log/slog"
	"net"

	"ocelli.dev/plugin-sdk/go/internal/harness"
)

func init() { harness.Serve = serveInMemory }

func serveInMemory(plugin any, listener net.Listener, log io.Writer) (stop func(), err error) {
	m, err := plugin.(interface{ module() (*module, error) }).module()
	if err != nil {
		return nil, err
	}
	redact := &redactor{}
	logger := newLogger(&logSink{to: log, level: slog.LevelDebug, redact: redact})
	options := moduleOptions{listener: listener, identity: identity{"test", "test"}, log: logger, redact: redact}
	serving := serveModule(m, options)
	return func() { serving.stop(0, "the test is over") }, nil
}
