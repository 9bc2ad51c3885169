package ocelli

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"sync"
)

// LevelFatal is what ends a module.
const LevelFatal = slog.Level(12)

// parseLevel reads a level's name; info where it is none.
func parseLevel(text string) slog.Level {
	for _, level := range []slog.Level{slog.LevelDebug, slog.LevelWarn, slog.LevelError, LevelFatal} {
		if text == levelName(level) {
			return level
		}
	}
	return slog.LevelInfo
}

func levelName(level slog.Level) string {
	switch {
	case level < slog.LevelInfo:
		return "debug"
	case level < slog.LevelWarn:
		return "info"
	case level < slog.LevelError:
		return "warn"
	case level < LevelFatal:
		return "error"
	default:
		return "fatal"
	}
}

// logSink is where the lines of a process go, one at a time and without its secrets.
type logSink struct {
	mu     sync.Mutex
	to     io.Writer
	level  slog.Level
	redact *redactor
}

// lineHandler writes one JSON object a line: level, time in epoch ms, msg, then the attributes.
type lineHandler struct {
	sink *logSink
	// Attributes that every line carries, encoded, each with a comma before it.
	bound []byte
	// The plugin's resource, encoded with its line: most runs log nothing.
	resource *string
	groups   []string
}

func newLogger(sink *logSink) *slog.Logger { return slog.New(&lineHandler{sink: sink}) }

// ofPlugin is a logger whose lines name a plugin besides.
func ofPlugin(log *slog.Logger, plugin string) *slog.Logger {
	h, ours := log.Handler().(*lineHandler)
	if !ours {
		return log.With("plugin", plugin)
	}
	bound := append(append([]byte(nil), h.bound...), `,"plugin":`...)
	return slog.New(&lineHandler{sink: h.sink, bound: appendJSON(bound, plugin)})
}

// about is the handler of a logger whose lines name a resource besides.
func (h *lineHandler) about(resource *string) lineHandler {
	return lineHandler{sink: h.sink, bound: h.bound, resource: resource}
}

func (h *lineHandler) Enabled(_ context.Context, level slog.Level) bool { return level >= h.sink.level }

func (h *lineHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	more := *h
	more.bound = append([]byte(nil), h.bound...)
	for _, attr := range attrs {
		more.bound = appendAttr(more.bound, h.groups, attr)
	}
	return &more
}

func (h *lineHandler) WithGroup(name string) slog.Handler {
	more := *h
	more.groups = append(append([]string(nil), h.groups...), name)
	return &more
}

func (h *lineHandler) Handle(_ context.Context, record slog.Record) error {
	line := fmt.Appendf(nil, `{"level":%q,"time":%d,"msg":`, levelName(record.Level), atMs(record.Time))
	line = appendJSON(line, record.Message)
	if h.resource != nil {
		line = appendJSON(append(line, `,"resource":`...), *h.resource)
	}
	line = append(line, h.bound...)
	record.Attrs(func(attr slog.Attr) bool {
		line = appendAttr(line, h.groups, attr)
		return true
	})
	text := h.sink.redact.apply(string(append(line, '}'))) + "\n"
	h.sink.mu.Lock()
	defer h.sink.mu.Unlock()
	_, err := io.WriteString(h.sink.to, text)
	return err
}
