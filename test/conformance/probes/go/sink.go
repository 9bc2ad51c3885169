package main

import (
	"context"
	"encoding/json"
	"os"

	ocelli "ocelli.dev/plugin-sdk/go"
)

// lines appends one JSON line per record to a file.
type lines struct{ file *os.File }

func openSink(_ context.Context, run *ocelli.SinkRun[Settings]) (ocelli.Sink, error) {
	run.Log.Info("secret is " + run.Settings.Probe.Secret.Reveal())
	if run.Settings.Probe.File == "" {
		return &lines{}, nil
	}
	file, err := os.OpenFile(run.Settings.Probe.File, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	return &lines{file}, err
}

func (l *lines) Write(_ context.Context, records []ocelli.SinkRecord) (refused []ocelli.RefusedRecord, err error) {
	for _, record := range records {
		if record.Result.Plugin == "refuse-me" {
			refused = append(refused, ocelli.RefusedRecord{Position: record.Position, Reason: "results of refuse-me are refused"})
			continue
		}
		line, err := json.Marshal(map[string]any{"position": record.Position, "plugin": record.Result.Plugin})
		if err != nil {
			return nil, err
		}
		if l.file == nil {
			continue
		}
		if _, err := l.file.Write(append(line, '\n')); err != nil {
			return nil, err
		}
	}
	return refused, nil
}

func (l *lines) Close() error {
	if l.file == nil {
		return nil
	}
	return l.file.Close()
}
