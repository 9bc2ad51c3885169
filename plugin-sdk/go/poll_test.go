package ocelli_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"net"
	"os"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"

	ocelli "ocelli.dev/plugin-sdk/go"
	"ocelli.dev/plugin-sdk/go/ocellitest"
)

type (
	none     = struct{}
	pollFunc = func(context.Context, ocelli.Resource, *ocelli.Run[none]) ([]ocelli.Group, error)
)

var device = ocelli.Resource{ID: "r"}

func one(name string) ocelli.Group {
	return ocelli.Group{Name: name, Metrics: ocelli.Metrics{"a": ocelli.Gauge(1)}}
}

func polled(t *testing.T, poll pollFunc, run ocellitest.Run) ocellitest.Polled {
	t.Helper()
	plugin := ocelli.Plugin[none]{Name: "p", Version: "1.0.0", Description: "d", Poll: poll}
	return ocellitest.Start(t, plugin).Poll(device, run)
}

func TestGroupsComeBackAsTheyWereRead(t *testing.T) {
	want := ocelli.Group{
		Name:       "cpu",
		Dimensions: ocelli.Dimensions{"cpu_no": "0", "name": "größte\xff"},
		Metrics:    ocelli.Metrics{"percent": ocelli.Gauge(0.0), "ticks_total": ocelli.Counter(uint64(math.MaxUint64)), "absent": ocelli.Counter(-1), "cores": ocelli.Gauge(8)},
	}
	got := polled(t, func(context.Context, ocelli.Resource, *ocelli.Run[none]) ([]ocelli.Group, error) {
		return []ocelli.Group{want}, nil
	}, ocellitest.Run{})
	want.Dimensions = ocelli.Dimensions{"cpu_no": "0", "name": "größte\uFFFD"}
	if got.Fault != nil || len(got.Groups) != 1 || !maps.Equal(got.Groups[0].Metrics, want.Metrics) || !maps.Equal(got.Groups[0].Dimensions, want.Dimensions) {
		t.Errorf("got %v and %v, want %v", got.Fault, got.Groups, want)
	}
}

// here is the file and line of its caller's caller's next line, as sentences name it.
func nextLine() string {
	_, _, line, _ := runtime.Caller(1)
	return fmt.Sprintf("(poll_test.go:%d)", line+1)
}

// noFault is what a helper of an author's gives that found nothing wrong.
func noFault() *ocelli.PollFault { return nil }

// wordless is an error whose nil has no words.
type wordless struct{ words string }

func (w *wordless) Error() string { return w.words }

func TestAMistakeIsOneSentenceWithItsLine(t *testing.T) {
	var at string
	returning := func(groups ...ocelli.Group) pollFunc {
		return func(context.Context, ocelli.Resource, *ocelli.Run[none]) ([]ocelli.Group, error) { return groups, nil }
	}
	rows := []struct {
		why, says string
		poll      pollFunc
	}{
		{"a NaN", "metric a of group g is NaN: leave out what was not measured, or give a number", func(context.Context, ocelli.Resource, *ocelli.Run[none]) ([]ocelli.Group, error) {
			at = nextLine()
			number := ocelli.Gauge(math.NaN())
			return []ocelli.Group{{Name: "g", Metrics: ocelli.Metrics{"a": number}}}, nil
		}},
		{"an infinite number", "metric a of group g is infinite: leave out what was not measured, or give a number", func(context.Context, ocelli.Resource, *ocelli.Run[none]) ([]ocelli.Group, error) {
			at = nextLine()
			number := ocelli.Counter(float32(math.Inf(1)))
			return []ocelli.Group{{Name: "g", Metrics: ocelli.Metrics{"a": number}}}, nil
		}},
		{"a negative counter", "metric a of group g is a counter and cannot be negative (-2)", func(context.Context, ocelli.Resource, *ocelli.Run[none]) ([]ocelli.Group, error) {
			at = nextLine()
			number := ocelli.Counter(-2)
			return []ocelli.Group{{Name: "g", Metrics: ocelli.Metrics{"a": number}}}, nil
		}},
		{"a metric of no type", "metric a of group g is neither gauge nor counter: write ocelli.Gauge(…) or ocelli.Counter(…)", returning(ocelli.Group{Name: "g", Metrics: ocelli.Metrics{"a": {}}})},
		{"a metric with a dash", `metric "no-dash" of group g is no name: a letter or underscore, then letters, digits and underscores`, returning(ocelli.Group{Name: "g", Metrics: ocelli.Metrics{"no-dash": ocelli.Gauge(1)}})},
		{"a dimension without a name", `dimension "" of group g is no name: a letter or underscore, then letters, digits and underscores`, returning(ocelli.Group{Name: "g", Dimensions: ocelli.Dimensions{"": "x"}})},
		{"a group without a name", "a metric group has no name", returning(ocelli.Group{})},
		{"a group without metrics", `group g{n="1"} has no metrics`, returning(ocelli.Group{Name: "g", Dimensions: ocelli.Dimensions{"n": "1"}})},
		{"a group twice", "group g{} comes twice", returning(one("g"), one("h"), one("g"))},
		{"a panic", "panicked: runtime error: index out of range [3] with length 0", func(context.Context, ocelli.Resource, *ocelli.Run[none]) ([]ocelli.Group, error) {
			var groups []ocelli.Group
			index := 3
			at = nextLine()
			return nil, errors.New(groups[index].Name)
		}},
		{"a panic inside a library", "panicked: strings: negative Repeat count", func(context.Context, ocelli.Resource, *ocelli.Run[none]) ([]ocelli.Group, error) {
			at = nextLine()
			return []ocelli.Group{one(strings.Repeat("x", -1))}, nil
		}},
		{"an error", "no such table", func(context.Context, ocelli.Resource, *ocelli.Run[none]) ([]ocelli.Group, error) {
			return nil, errors.New("no such table")
		}},
		{"a nil *PollFault, which is an error that is not nil", "it returned a nil *PollFault as an error: return nil itself", func(context.Context, ocelli.Resource, *ocelli.Run[none]) ([]ocelli.Group, error) {
			return nil, noFault()
		}},
		{"a nil *PollFault beside groups", "it returned a nil *PollFault as an error: return nil itself", func(context.Context, ocelli.Resource, *ocelli.Run[none]) ([]ocelli.Group, error) {
			return []ocelli.Group{one("g")}, noFault()
		}},
		{"an error that panics when it is asked", "its error of type *ocelli_test.wordless cannot say what it is: runtime error: invalid memory address or nil pointer dereference", func(context.Context, ocelli.Resource, *ocelli.Run[none]) ([]ocelli.Group, error) {
			var err *wordless
			return nil, err
		}},
		{"a panic with such an error", "panicked: <nil>", func(context.Context, ocelli.Resource, *ocelli.Run[none]) ([]ocelli.Group, error) {
			var err *wordless
			at = nextLine()
			panic(err)
		}},
		{"a goroutine that ends itself", "ended its goroutine: return an error instead", func(context.Context, ocelli.Resource, *ocelli.Run[none]) ([]ocelli.Group, error) {
			runtime.Goexit()
			return nil, nil
		}},
		{"too much state", "the state is 4097 bytes of JSON; at most 4096 are kept", func(_ context.Context, _ ocelli.Resource, run *ocelli.Run[none]) ([]ocelli.Group, error) {
			at = nextLine()
			_ = run.State.Set(strings.Repeat("x", 4095))
			return nil, nil
		}},
	}
	for _, row := range rows {
		t.Run(row.why, func(t *testing.T) {
			at = ""
			got := polled(t, row.poll, ocellitest.Run{})
			if got.Fault == nil || got.Fault.Status != ocelli.Internal || got.Fault.Origin != ocelli.OriginPlugin {
				t.Fatalf("fault is %+v", got.Fault)
			}
			if !strings.HasPrefix(got.Fault.Message, "poll of test (poll_test.go:") || !strings.HasSuffix(got.Fault.Message, row.says) || !strings.Contains(got.Fault.Message, at) {
				t.Errorf("it says %q, not %s %q", got.Fault.Message, at, row.says)
			}
			if len(got.Groups) != 0 {
				t.Errorf("a half answer looks whole: %v", got.Groups)
			}
			if !slices.Contains(got.Messages(), "run failed") {
				t.Errorf("the log does not say so: %v", got.Messages())
			}
		})
	}
}

func TestAnErrorEndsTheRunWithTheRightStatus(t *testing.T) {
	refused := &net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}
	rows := []struct {
		why    string
		err    error
		status ocelli.Status
		origin ocelli.Origin
		says   string
	}{
		{"a fault of the author's", ocelli.Faultf(ocelli.PingFailure, "no echo"), ocelli.PingFailure, ocelli.OriginTarget, "no echo"},
		{"refused credentials", ocelli.Faultf(ocelli.Authentication, "no"), ocelli.Authentication, ocelli.OriginCredentials, "no"},
		{"a wrapped fault keeps the words around it", fmt.Errorf("table 2: %w", ocelli.Faultf(ocelli.Timeout, "no answer")), ocelli.Timeout, ocelli.OriginTarget, "table 2: no answer"},
		{"a socket that timed out", fmt.Errorf("read: %w", os.ErrDeadlineExceeded), ocelli.Timeout, ocelli.OriginTarget, "read: i/o timeout"},
		{"nobody listens", fmt.Errorf("get: %w", refused), ocelli.Network, ocelli.OriginTarget, "get: dial: connect: connection refused"},
		{"an unknown host", &net.DNSError{Err: "no such host", Name: "x"}, ocelli.Network, ocelli.OriginTarget, "lookup x: no such host"},
	}
	for _, row := range rows {
		t.Run(row.why, func(t *testing.T) {
			got := polled(t, func(context.Context, ocelli.Resource, *ocelli.Run[none]) ([]ocelli.Group, error) { return nil, row.err }, ocellitest.Run{})
			if f := got.Fault; f == nil || f.Status != row.status || f.Origin != row.origin || f.Message != row.says {
				t.Errorf("fault is %+v", f)
			}
		})
	}
}

func TestFaultsBesideDataSayThatTheAnswerIsNotWhole(t *testing.T) {
	rows := []struct {
		why, says string
		poll      pollFunc
	}{
		{"added", "no temperature (and 1 more)", func(_ context.Context, _ ocelli.Resource, run *ocelli.Run[none]) ([]ocelli.Group, error) {
			run.Fault(ocelli.Faultf(ocelli.Partial, "no temperature"))
			run.Fault(ocelli.Faultf(ocelli.Partial, "no fans"))
			return []ocelli.Group{one("g")}, run.State.Set(1)
		}},
		{"added beside nothing", "no fans", func(_ context.Context, _ ocelli.Resource, run *ocelli.Run[none]) ([]ocelli.Group, error) {
			run.Fault(nil)
			run.Fault(noFault())
			run.Fault(ocelli.Faultf(ocelli.Partial, "no fans"))
			return []ocelli.Group{one("g")}, run.State.Set(1)
		}},
		{"returned", "no fans", func(_ context.Context, _ ocelli.Resource, run *ocelli.Run[none]) ([]ocelli.Group, error) {
			_ = run.State.Set(1)
			return []ocelli.Group{one("g")}, ocelli.Faultf(ocelli.Partial, "no fans")
		}},
	}
	for _, row := range rows {
		t.Run(row.why, func(t *testing.T) {
			got := polled(t, row.poll, ocellitest.Run{})
			if f := got.Fault; f == nil || f.Status != ocelli.Partial || f.Message != row.says || len(got.Groups) != 1 || string(got.State) != "1" {
				t.Errorf("fault %+v, groups %v, state %s", f, got.Groups, got.State)
			}
		})
	}
}

func TestStateComesBackAsItWasLeftAndAFailedRunLeavesTheOldOne(t *testing.T) {
	counting := func(_ context.Context, _ ocelli.Resource, run *ocelli.Run[none]) ([]ocelli.Group, error) {
		before := 0
		run.State.Get(&before)
		_ = run.State.Set(before + 1)
		if before == 2 {
			return nil, ocelli.Faultf(ocelli.Network, "unplugged")
		}
		return []ocelli.Group{one("g")}, nil
	}
	for _, row := range []struct {
		why   string
		state any
		want  string
	}{{"nothing before", nil, "1"}, {"one before", 1, "2"}, {"a failed run", 2, ""}, {"a state from elsewhere", "x", "1"}} {
		if got := polled(t, counting, ocellitest.Run{State: row.state}); string(got.State) != row.want {
			t.Errorf("%s leaves %q, not %q", row.why, got.State, row.want)
		}
	}
}

func TestFactsComeAlong(t *testing.T) {
	poll := func(_ context.Context, _ ocelli.Resource, run *ocelli.Run[none]) ([]ocelli.Group, error) {
		var facts struct{ Interfaces []string }
		if found, err := run.Enrichment("interface", &facts); !found || err != nil {
			return nil, fmt.Errorf("found %v: %w", found, err)
		}
		if found, _ := run.Enrichment("inventory", &facts); found {
			return nil, errors.New("there is no inventory")
		}
		_, err := run.Enrichment("interface", new(int))
		run.Fault(err)
		return []ocelli.Group{{Name: facts.Interfaces[0], Metrics: ocelli.Metrics{"a": ocelli.Gauge(1)}}}, nil
	}
	got := polled(t, poll, ocellitest.Run{Enrichments: map[string]any{"interface": map[string]any{"interfaces": []string{"Gi0/1"}}}})
	if len(got.Groups) != 1 || got.Groups[0].Name != "Gi0/1" || got.Fault.Status != ocelli.EnrichmentFailure {
		t.Errorf("got %v and %v", got.Groups, got.Fault)
	}
}
