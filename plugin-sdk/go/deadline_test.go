package ocelli_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	ocelli "ocelli.dev/plugin-sdk/go"
	"ocelli.dev/plugin-sdk/go/ocellitest"
)

const soon = 50 * time.Millisecond

func TestWorkThatIgnoresItsContextIsLeftBehindAtItsDeadline(t *testing.T) {
	release := make(chan struct{})
	defer close(release)
	ended := make(chan error, 2)
	plugin := ocelli.Plugin[none]{
		Name: "p", Version: "1.0.0", Description: "d",
		PollStream: func(ctx context.Context, _ ocelli.Resource, run *ocelli.Run[none], yield func(ocelli.Group)) error {
			child, cancel := context.WithTimeout(ctx, time.Hour)
			defer cancel()
			yield(one("early"))
			<-child.Done()
			ended <- errors.Join(ctx.Err(), child.Err())
			ended <- context.Cause(child)
			<-release
			yield(one("late"))
			t.Error("what is over goes on")
			return nil
		},
	}
	got := ocellitest.Start(t, plugin).Poll(device, ocellitest.Run{Deadline: soon})
	if got.Fault == nil || got.Fault.Status != ocelli.Timeout || got.Fault.Message != "no result within 50 ms" {
		t.Errorf("fault is %+v", got.Fault)
	}
	if len(got.Groups) != 1 || got.Groups[0].Name != "early" {
		t.Errorf("groups are %v", got.Groups)
	}
	if err := <-ended; err.Error() != "context deadline exceeded\ncontext deadline exceeded" {
		t.Errorf("the contexts ended with %v", err)
	}
	if cause := <-ended; cause.Error() != "no result within 50 ms" || !errors.Is(cause, context.DeadlineExceeded) {
		t.Errorf("the cause is %v", cause)
	}
}

func TestAStreamThatNeverEndsIsEndedWithItsRun(t *testing.T) {
	over := make(chan struct{})
	plugin := ocelli.Plugin[none]{
		Name: "p", Version: "1.0.0", Description: "d",
		Discover: func(_ context.Context, _ *ocelli.Discovery[none], yield func(ocelli.Resource)) error {
			defer close(over)
			for n := 0; ; n++ {
				yield(ocelli.Resource{ID: strings.Repeat("x", n%500+1) + time.Now().Format(time.RFC3339Nano)})
			}
		},
	}
	got := ocellitest.Start(t, plugin).Discover(ocellitest.Run{Deadline: soon})
	<-over
	if got.Fault == nil || got.Fault.Status != ocelli.Timeout || got.Summary.Complete {
		t.Errorf("fault %v, summary %+v", got.Fault, got.Summary)
	}
	if len(got.Resources) == 0 || got.Summary.Resources != len(got.Resources) {
		t.Errorf("%d resources came, the summary says %d", len(got.Resources), got.Summary.Resources)
	}
}

func TestProgressMovesTheDeadline(t *testing.T) {
	got := polled(t, func(ctx context.Context, _ ocelli.Resource, run *ocelli.Run[none]) ([]ocelli.Group, error) {
		run.Progress(time.Minute)
		deadline, _ := ctx.Deadline()
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(2 * soon):
			return []ocelli.Group{{Name: "g", Metrics: ocelli.Metrics{"left_s": ocelli.Gauge(time.Until(deadline).Seconds())}}}, nil
		}
	}, ocellitest.Run{Deadline: soon})
	if got.Fault != nil || len(got.Extended) != 1 || got.Extended[0] != time.Minute {
		t.Fatalf("fault %v, extended %v", got.Fault, got.Extended)
	}
	if left := got.Groups[0].Metrics["left_s"].Float(); left < 50 {
		t.Errorf("%v s were left", left)
	}
}

func TestTheContextEndsWithTheRun(t *testing.T) {
	var kept context.Context
	polled(t, func(ctx context.Context, _ ocelli.Resource, _ *ocelli.Run[none]) ([]ocelli.Group, error) {
		kept = ctx
		return nil, nil
	}, ocellitest.Run{})
	<-kept.Done()
	if kept.Err() != context.Canceled || context.Cause(kept).Error() != "the run is over" {
		t.Errorf("it ended with %v because %v", kept.Err(), context.Cause(kept))
	}
}
