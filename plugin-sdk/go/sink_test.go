package ocelli_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	ocelli "ocelli.dev/plugin-sdk/go"
	pluginv1 "ocelli.dev/plugin-sdk/go/gen/ocelli/plugin/v1"
	taskv1 "ocelli.dev/plugin-sdk/go/gen/ocelli/task/v1"
	"ocelli.dev/plugin-sdk/go/ocellitest"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// events are what happened, in order.
type events struct {
	mu   sync.Mutex
	list []string
	news chan struct{}
}

func newEvents() *events { return &events{news: make(chan struct{}, 100)} }

func (e *events) add(event string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.list = append(e.list, event)
	e.news <- struct{}{}
}

func (e *events) wait(t *testing.T, want ...string) {
	t.Helper()
	for range want {
		<-e.news
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if !slices.Equal(e.list, want) {
		t.Errorf("it went %v, not %v", e.list, want)
	}
	e.list = nil
}

type fakeSink struct {
	name   string
	events *events
	write  func(ctx context.Context, records []ocelli.SinkRecord) ([]ocelli.RefusedRecord, error)
}

func (s *fakeSink) Write(ctx context.Context, records []ocelli.SinkRecord) ([]ocelli.RefusedRecord, error) {
	s.events.add("write " + s.name)
	if s.write == nil {
		return nil, nil
	}
	return s.write(ctx, records)
}

func (s *fakeSink) Close() error {
	s.events.add("close " + s.name)
	return nil
}

type sinkSettings struct {
	Main struct {
		File string `default:"f"`
	}
}

func sinkTo(events *events, write func(context.Context, []ocelli.SinkRecord) ([]ocelli.RefusedRecord, error)) ocelli.Plugin[sinkSettings] {
	return ocelli.Plugin[sinkSettings]{Name: "s", Version: "1.0.0", Description: "d", OpenSink: func(_ context.Context, run *ocelli.SinkRun[sinkSettings]) (ocelli.Sink, error) {
		events.add("open " + run.Settings.Main.File)
		return &fakeSink{run.Settings.Main.File, events, write}, nil
	}}
}

func TestRecordsArriveAndThoseThatNeverCanBeStoredAreNamed(t *testing.T) {
	happened := newEvents()
	plugin := ocellitest.Start(t, sinkTo(happened, func(_ context.Context, records []ocelli.SinkRecord) ([]ocelli.RefusedRecord, error) {
		result := records[0].Result
		if result.Plugin != "other" || result.Kind != "polling" || result.Groups[0].Metrics["a"].Float() != 7 || records[1].Position != 2 {
			t.Errorf("records are %+v", records)
		}
		return []ocelli.RefusedRecord{{Position: 2, Reason: "no such table"}}, nil
	}))
	group := ocelli.Group{Name: "g", Metrics: ocelli.Metrics{"a": ocelli.Counter(7)}}
	got := plugin.Write(ocellitest.Run{}, ocelli.Result{Plugin: "other", Groups: []ocelli.Group{group}}, ocelli.Result{})
	if got.Fault != nil || got.Refused[2] != "no such table" || len(got.Refused) != 1 {
		t.Errorf("%v and %v", got.Fault, got.Refused)
	}
	happened.wait(t, "open f", "write f", "close f")
}

func TestABatchThatCannotBeStoredSaysWhy(t *testing.T) {
	rows := []struct {
		why, says string
		write     func(context.Context, []ocelli.SinkRecord) ([]ocelli.RefusedRecord, error)
	}{
		{"an error", ": the disk is full", func(context.Context, []ocelli.SinkRecord) ([]ocelli.RefusedRecord, error) {
			return nil, errors.New("the disk is full")
		}},
		{"a nil *PollFault", ": it returned a nil *PollFault as an error: return nil itself", func(context.Context, []ocelli.SinkRecord) ([]ocelli.RefusedRecord, error) {
			return nil, noFault()
		}},
		{"a panic", " panicked: no disk", func(context.Context, []ocelli.SinkRecord) ([]ocelli.RefusedRecord, error) { panic("no disk") }},
	}
	for _, row := range rows {
		t.Run(row.why, func(t *testing.T) {
			got := ocellitest.Start(t, sinkTo(newEvents(), row.write)).Write(ocellitest.Run{}, ocelli.Result{})
			if got.Fault == nil || !strings.HasPrefix(got.Fault.Message, "sink of test (sink_test.go:") || !strings.HasSuffix(got.Fault.Message, row.says) {
				t.Errorf("fault is %v", got.Fault)
			}
		})
	}
}

func openStream(t *testing.T, connection *grpc.ClientConn) grpc.BidiStreamingClient[pluginv1.WriteRequest, pluginv1.WriteResponse] {
	t.Helper()
	stream, err := pluginv1.NewSinkClient(connection).Write(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return stream
}

func batchAt(revision string, batch uint64) *pluginv1.WriteRequest {
	return &pluginv1.WriteRequest{Plugin: "p", Revision: revision, Batch: batch, Records: []*pluginv1.SinkRecord{{Mesh: "m", Position: batch, Result: &taskv1.Result{}}}}
}

func TestNewerSettingsEndTheStreamAfterItsBatchAndTheOldSinkIsClosedFirst(t *testing.T) {
	happened := newEvents()
	writing, finish := make(chan struct{}), make(chan struct{})
	first := true
	connection := served(t, sinkTo(happened, func(context.Context, []ocelli.SinkRecord) ([]ocelli.RefusedRecord, error) {
		if first {
			first = false
			close(writing)
			<-finish
		}
		return nil, nil
	}), `{"main":{"file":"old"}}`)
	old := openStream(t, connection)
	_ = old.Send(batchAt("1", 1))
	<-writing
	configure(t, connection, "2", `{"main":{"file":"new"}}`)
	fresh := openStream(t, connection)
	_ = fresh.Send(batchAt("2", 1))
	close(finish)
	if answer, err := old.Recv(); err != nil || answer.GetBatch() != 1 || answer.GetFault() != nil {
		t.Errorf("the batch it was at got %v, %v", answer, err)
	}
	if _, err := old.Recv(); status.Code(err) != codes.FailedPrecondition || !strings.Contains(err.Error(), "plugin p has got newer settings") {
		t.Errorf("it ended with %v", err)
	}
	if answer, err := fresh.Recv(); err != nil || answer.GetFault() != nil {
		t.Errorf("the new stream got %v, %v", answer, err)
	}
	happened.wait(t, "open old", "write old", "close old", "open new", "write new")
}

func TestTheSameSettingsAgainOpenNothingAnew(t *testing.T) {
	happened := newEvents()
	connection := served(t, sinkTo(happened, nil), "{}")
	stream := openStream(t, connection)
	for n := range uint64(3) {
		configure(t, connection, "1", "{}")
		_ = stream.Send(batchAt("1", n))
		if answer, err := stream.Recv(); err != nil || answer.GetBatch() != n {
			t.Fatal(answer, err)
		}
	}
	happened.wait(t, "open f", "write f", "write f", "write f")
	_ = stream.CloseSend()
	happened.wait(t, "close f")
	stream = openStream(t, connection)
	_ = stream.Send(batchAt("1", 4))
	happened.wait(t, "open f", "write f")
}

func TestADrainEndsTheStreamAfterItsBatch(t *testing.T) {
	connection := served(t, sinkTo(newEvents(), nil), "{}")
	stream := openStream(t, connection)
	_ = stream.Send(batchAt("1", 1))
	if _, err := stream.Recv(); err != nil {
		t.Fatal(err)
	}
	if _, err := pluginv1.NewPluginClient(connection).Drain(t.Context(), &pluginv1.DrainRequest{GraceMs: 60_000}); err != nil {
		t.Error(err)
	}
	if _, err := stream.Recv(); status.Code(err) != codes.Unavailable || !strings.Contains(err.Error(), "the module is draining") {
		t.Errorf("it ended with %v", err)
	}
}
