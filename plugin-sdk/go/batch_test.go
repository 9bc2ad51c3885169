package ocelli_test

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	ocelli "ocelli.dev/plugin-sdk/go"
	pluginv1 "ocelli.dev/plugin-sdk/go/gen/ocelli/plugin/v1"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

func TestManyItemsAreAnsweredInAFewMessages(t *testing.T) {
	var now, most atomic.Int32
	connection := served(t, ocelli.Plugin[none]{Concurrency: 3, Poll: func(_ context.Context, r ocelli.Resource, _ *ocelli.Run[none]) ([]ocelli.Group, error) {
		most.Store(max(most.Load(), now.Add(1)))
		defer now.Add(-1)
		runtime.Gosched()
		return []ocelli.Group{one("g")}, nil
	}}, "{}")
	parts, err := pollAll(t.Context(), connection, itemsOf(1000, time.Minute))
	if err != nil || len(parts) > 10 || len(answersOf(parts)) != 1000 {
		t.Errorf("%v: %d messages with answers to %d items", err, len(parts), len(answersOf(parts)))
	}
	if most.Load() > 3 {
		t.Errorf("%d ran at a time", most.Load())
	}
}

func TestItemsFailAlone(t *testing.T) {
	release := make(chan struct{})
	defer close(release)
	connection := served(t, ocelli.Plugin[none]{Concurrency: 2, Poll: func(_ context.Context, r ocelli.Resource, _ *ocelli.Run[none]) ([]ocelli.Group, error) {
		switch r.ID {
		case "r0", "r1": // More than may run at a time ignore their context.
			<-release
		case "r2":
			panic("out of order")
		}
		return []ocelli.Group{one("g")}, nil
	}}, "{}")
	request := itemsOf(6, time.Minute)
	request.Items[0].Run.DeadlineMs, request.Items[1].Run.DeadlineMs = 50, 60
	request.Items[3].Resource = nil
	request.Items[4].Run = nil
	parts, err := pollAll(t.Context(), connection, request)
	if err != nil {
		t.Fatal(err)
	}
	answers := answersOf(parts)
	for item, says := range []string{"no result within 50 ms", "no result within 60 ms", "panicked: out of order", "an item without a resource", "an item without a run", ""} {
		got := answers[uint32(item)]
		if len(got) != 1 || !strings.HasSuffix(got[0].GetFault().GetMessage(), says) || (says == "") != (got[0].GetFault() == nil) {
			t.Errorf("item %d got %v", item, got)
		}
	}
}

func TestAQuickItemIsAnsweredWhileASlowOneStillWorks(t *testing.T) {
	finish := make(chan struct{})
	connection := served(t, ocelli.Plugin[none]{Poll: func(_ context.Context, r ocelli.Resource, _ *ocelli.Run[none]) ([]ocelli.Group, error) {
		if r.ID == "r0" {
			<-finish
		}
		return nil, nil
	}}, "{}")
	stream, err := pluginv1.NewPollingClient(connection).Poll(t.Context(), itemsOf(3, time.Minute))
	var seen []uint32
	for err == nil {
		var part *pluginv1.PollResponse
		part, err = stream.Recv()
		for _, one := range part.GetAnswers() {
			seen = append(seen, one.GetItem())
		}
		if len(seen) == 2 {
			close(finish)
		}
	}
	if len(seen) != 3 || seen[2] != 0 {
		t.Errorf("%v: the answers came as %v", err, seen)
	}
}

func TestALargeAnswerIsSplit(t *testing.T) {
	many := func(yield func(ocelli.Group)) {
		for n := range 40 {
			yield(ocelli.Group{Name: "g", Dimensions: ocelli.Dimensions{"n": fmt.Sprint(n), "text": strings.Repeat("x", 50_000)}, Metrics: ocelli.Metrics{"a": ocelli.Gauge(n)}})
		}
	}
	plugins := map[string]ocelli.Plugin[none]{
		"a list": {Poll: func(context.Context, ocelli.Resource, *ocelli.Run[none]) (groups []ocelli.Group, _ error) {
			many(func(group ocelli.Group) { groups = append(groups, group) })
			return groups, nil
		}},
		"a stream": {PollStream: func(_ context.Context, _ ocelli.Resource, _ *ocelli.Run[none], yield func(ocelli.Group)) error {
			many(yield)
			return nil
		}},
	}
	for why, plugin := range plugins {
		t.Run(why, func(t *testing.T) {
			parts, err := pollAll(t.Context(), served(t, plugin, "{}"), itemsOf(1, time.Minute))
			answers := answersOf(parts)[0]
			groups := 0
			for i, one := range answers {
				groups += len(one.GetGroups())
				if one.GetMore() != (i < len(answers)-1) {
					t.Errorf("answer %d of %d says more: %v", i, len(answers), one.GetMore())
				}
			}
			if err != nil || groups != 40 || len(answers) < 6 {
				t.Errorf("%v: %d groups in %d answers", err, groups, len(answers))
			}
		})
	}
}

func TestAStreamThatNeverEndsIsEndedAtTheMostGroups(t *testing.T) {
	connection := served(t, ocelli.Plugin[none]{PollStream: func(_ context.Context, _ ocelli.Resource, _ *ocelli.Run[none], yield func(ocelli.Group)) error {
		for n := 0; ; n++ {
			yield(ocelli.Group{Name: "g", Dimensions: ocelli.Dimensions{"n": fmt.Sprint(n)}, Metrics: ocelli.Metrics{"a": ocelli.Gauge(n)}})
		}
	}}, "{}")
	parts, err := pollAll(t.Context(), connection, itemsOf(1, time.Minute))
	answers := answersOf(parts)[0]
	message := answers[len(answers)-1].GetFault().GetMessage()
	if err != nil || !strings.Contains(message, "batch_test.go:") || !strings.Contains(message, "it yielded more than 20000 metric groups: does it never end?") {
		t.Errorf("%v: %q", err, message)
	}
}

func TestAStalledReaderStopsTheWork(t *testing.T) {
	var yielded atomic.Int64
	ended := make(chan error, 1)
	connection := served(t, ocelli.Plugin[none]{PollStream: func(ctx context.Context, _ ocelli.Resource, _ *ocelli.Run[none], yield func(ocelli.Group)) error {
		defer func() { ended <- context.Cause(ctx) }()
		for n := 0; ; n++ {
			yield(ocelli.Group{Name: "g", Dimensions: ocelli.Dimensions{"n": fmt.Sprint(n), "text": strings.Repeat("x", 10_000)}, Metrics: ocelli.Metrics{"a": ocelli.Gauge(n)}})
			yielded.Add(10_000)
		}
	}}, "{}")
	ctx, cancel := context.WithCancel(t.Context())
	if _, err := pluginv1.NewPollingClient(connection).Poll(ctx, itemsOf(1, time.Minute)); err != nil {
		t.Fatal(err)
	}
	for before := int64(-1); before != yielded.Load() || before == 0; {
		before = yielded.Load()
		time.Sleep(100 * time.Millisecond)
	}
	if got := yielded.Load(); got > 8<<20 {
		t.Errorf("%d bytes were made behind a reader that takes nothing", got)
	}
	cancel()
	if cause := <-ended; cause.Error() != "the call was cancelled" {
		t.Errorf("the run ended because %v", cause)
	}
}

func TestADrainWaitsForWhatRunsAndTakesNothingNew(t *testing.T) {
	entered, finish := make(chan struct{}), make(chan struct{})
	connection := served(t, ocelli.Plugin[none]{Poll: func(context.Context, ocelli.Resource, *ocelli.Run[none]) ([]ocelli.Group, error) {
		close(entered)
		<-finish
		return nil, nil
	}}, "{}")
	var wait sync.WaitGroup
	wait.Add(2)
	go func() {
		defer wait.Done()
		if parts, err := pollAll(t.Context(), connection, itemsOf(1, time.Minute)); err != nil || len(answersOf(parts)) != 1 {
			t.Errorf("what ran ended with %v, %v", err, parts)
		}
	}()
	<-entered
	go func() {
		defer wait.Done()
		_, err := pluginv1.NewPluginClient(connection).Drain(t.Context(), &pluginv1.DrainRequest{GraceMs: 60_000})
		if err != nil {
			t.Error(err)
		}
	}()
	for {
		// Until the drain has begun a call is let in, and ends by itself.
		_, err := pollAll(t.Context(), connection, &pluginv1.PollRequest{})
		if status.Code(err) == codes.Unavailable {
			break
		}
	}
	close(finish)
	wait.Wait()
}

func TestADrainEndsWhatOutlivesItsGrace(t *testing.T) {
	entered, release := make(chan struct{}), make(chan struct{})
	defer close(release)
	connection := served(t, ocelli.Plugin[none]{Poll: func(context.Context, ocelli.Resource, *ocelli.Run[none]) ([]ocelli.Group, error) {
		close(entered)
		<-release
		return nil, nil
	}}, "{}")
	ended := make(chan error)
	go func() {
		_, err := pollAll(t.Context(), connection, itemsOf(1, time.Minute))
		ended <- err
	}()
	<-entered
	if _, err := pluginv1.NewPluginClient(connection).Drain(t.Context(), &pluginv1.DrainRequest{GraceMs: 20}); err != nil {
		t.Error(err)
	}
	if err := <-ended; status.Code(err) != codes.Unavailable || !strings.Contains(err.Error(), "the module stopped before everything was done") {
		t.Errorf("it ended with %v", err)
	}
}

func TestACallMeansTheSettingsItNames(t *testing.T) {
	type settings struct{ Main struct{ Port int } }
	entered, finish := make(chan struct{}), make(chan struct{})
	connection := served(t, ocelli.Plugin[settings]{Poll: func(_ context.Context, r ocelli.Resource, run *ocelli.Run[settings]) ([]ocelli.Group, error) {
		if run.Settings.Main.Port == 1 {
			close(entered)
			<-finish
		}
		return []ocelli.Group{{Name: "g", Metrics: ocelli.Metrics{"port": ocelli.Gauge(run.Settings.Main.Port)}}}, nil
	}}, `{"main":{"port":1}}`)
	ports := make(chan int64)
	poll := func(revision string) {
		request := itemsOf(1, time.Minute)
		request.Items[0].Run.Revision = revision
		parts, err := pollAll(t.Context(), connection, request)
		if err != nil {
			t.Error(err)
		}
		ports <- answersOf(parts)[0][0].GetGroups()[0].GetMetrics()[0].GetIntValue()
	}
	go poll("1")
	<-entered
	configure(t, connection, "2", `{"main":{"port":2}}`)
	go poll("2")
	got := []int64{<-ports}
	close(finish)
	if got = append(got, <-ports); !slices.Equal(got, []int64{2, 1}) {
		t.Errorf("the ports are %v", got)
	}
	_, err := pollAll(t.Context(), connection, itemsOf(1, time.Minute))
	if status.Code(err) != codes.FailedPrecondition || !strings.Contains(err.Error(), "plugin p is not configured at revision 1: it has revision 2") {
		t.Errorf("the old settings are %v", err)
	}
}

func TestTheSentenceOfAFailedCallIsShort(t *testing.T) {
	connection := served(t, ocelli.Plugin[none]{Poll: func(context.Context, ocelli.Resource, *ocelli.Run[none]) ([]ocelli.Group, error) { return nil, nil }}, "{}")
	request := itemsOf(1, time.Minute)
	request.Items[0].Run.Revision = strings.Repeat("é", 5000)
	if _, err := pollAll(t.Context(), connection, request); len(status.Convert(err).Message()) > 1024 {
		t.Errorf("it has %d bytes", len(status.Convert(err).Message()))
	}
}
