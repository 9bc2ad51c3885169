package ocelli

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"slices"
	"testing"
	"time"

	registryv1 "ocelli.dev/plugin-sdk/go/gen/ocelli/registry/v1"

	"google.golang.org/grpc"
)

func TestEachFailureInARowMakesTheNextWaitLongerWithChanceInIt(t *testing.T) {
	for _, row := range []struct {
		why    string
		before int
		chance float64
		want   time.Duration
	}{
		{"the first wait is half of what it may be at least", 0, 0, 250 * time.Millisecond},
		{"and at most the whole", 0, 1, 500 * time.Millisecond},
		{"a second failure doubles it", 1, 0, 500 * time.Millisecond},
		{"chance moves it evenly between both", 2, 0.5, 1500 * time.Millisecond},
		{"it does not grow beyond the longest", 5, 1, 15 * time.Second},
		{"however often it failed", 1_000_000, 1, 15 * time.Second},
	} {
		if got := waitAfter(row.before, row.chance); got != row.want {
			t.Errorf("%s: after %d failures it waits %s, not %s", row.why, row.before, got, row.want)
		}
	}
}

// scriptedRegistry takes a module or not, as its script says, and breaks every heartbeat.
type scriptedRegistry struct {
	registryv1.ModuleRegistryClient
	takes []bool
}

func (r *scriptedRegistry) Register(context.Context, *registryv1.RegisterRequest, ...grpc.CallOption) (*registryv1.RegisterResponse, error) {
	takes := r.takes[0]
	r.takes = r.takes[1:]
	if !takes {
		return nil, errors.New("not now")
	}
	return &registryv1.RegisterResponse{HeartbeatEveryMs: 100}, nil
}

func (r *scriptedRegistry) Heartbeat(context.Context, ...grpc.CallOption) (grpc.BidiStreamingClient[registryv1.HeartbeatRequest, registryv1.HeartbeatResponse], error) {
	return nil, errors.New("cut")
}

func (r *scriptedRegistry) Deregister(context.Context, *registryv1.DeregisterRequest, ...grpc.CallOption) (*registryv1.DeregisterResponse, error) {
	return &registryv1.DeregisterResponse{}, nil
}

func TestARegistrationBeginsToCountAnewOnceItWasTaken(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	fake := &scriptedRegistry{takes: []bool{false, false, false, true, false}}
	var waits []time.Duration
	(&registration{
		registry: fake, self: &registryv1.RegisterRequest{}, log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		chance: func() float64 { return 0 },
		sleep: func(_ context.Context, span time.Duration) {
			if waits = append(waits, span); len(fake.takes) == 0 {
				stop()
			}
		},
	}).stay(ctx)
	if want := []time.Duration{250e6, 500e6, 1e9, 250e6, 500e6}; !slices.Equal(waits, want) {
		t.Errorf("it waited %v, not %v", waits, want)
	}
}
