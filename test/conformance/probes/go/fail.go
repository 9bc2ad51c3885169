package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	ocelli "ocelli.dev/plugin-sdk/go"
)

// failing gives how a run on a resource fails, or nothing.
func failing(settings Settings, resourceID string) string {
	if probe := settings.Probe; probe.FailFor == "" || probe.FailFor == resourceID {
		return probe.Fail
	}
	return ""
}

// begin does what every run does first: it logs the secret, waits, and fails where it is to fail before it brings anything.
func begin(ctx context.Context, settings Settings, log *slog.Logger, fail string) error {
	secret := settings.Probe.Secret.Reveal()
	log.Info("secret is " + secret)
	if wait := settings.Probe.WaitMS; wait > 0 {
		select {
		case <-time.After(time.Duration(wait) * time.Millisecond):
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	switch fail {
	case "fault":
		from := secret
		if from == "" {
			from = "nobody"
		}
		return ocelli.Faultf(ocelli.Timeout, "no answer from %s", from)
	case "throw":
		return errors.New("probe threw " + secret)
	case "long_error":
		return errors.New(strings.Repeat("x", 100_000))
	case "print":
		fmt.Println("a stray print")
	}
	return nil
}

// pad is some text, or nothing at 0.
func pad(settings Settings) (text string, there bool) {
	size := settings.Probe.PadBytes
	return strings.Repeat("x", size), size > 0
}
