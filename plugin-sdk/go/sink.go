package ocelli

import (
	"context"
	"log/slog"
)

// Sink delivers results elsewhere.
type Sink interface {
	// Write returns once the records are stored; it may name records that never can be. An error gets all of them again.
	Write(ctx context.Context, records []SinkRecord) ([]RefusedRecord, error)
	// Close lets go of what was opened.
	Close() error
}

// SinkRun is what a sink knows when it opens.
type SinkRun[Settings any] struct {
	Plugin   string
	Settings Settings
	Log      *slog.Logger
}

// SinkRecord is one result and its place in the stream. It may come again after a crash: mesh and position tell.
type SinkRecord struct {
	Mesh string
	// Position grows, with gaps.
	Position uint64
	Result   Result
}

// RefusedRecord is a record that can never be stored.
type RefusedRecord struct {
	Position uint64
	Reason   string
}
