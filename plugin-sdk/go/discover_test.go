package ocelli_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	ocelli "ocelli.dev/plugin-sdk/go"
	"ocelli.dev/plugin-sdk/go/ocellitest"
)

type discoverFunc = func(context.Context, *ocelli.Discovery[none], func(ocelli.Resource)) error

func discovered(t *testing.T, discover discoverFunc) ocellitest.Discovered {
	t.Helper()
	plugin := ocelli.Plugin[none]{Name: "p", Version: "1.0.0", Description: "d", Discover: discover}
	return ocellitest.Start(t, plugin).Discover(ocellitest.Run{})
}

func TestADiscoveryThatRanThroughIsComplete(t *testing.T) {
	got := discovered(t, func(_ context.Context, run *ocelli.Discovery[none], yield func(ocelli.Resource)) error {
		run.Scopes("north")
		for n := range 5000 {
			yield(ocelli.Resource{ID: strings.Repeat("n", n/100) + string(rune('a'+n%100)), Site: "north", Metadata: map[string]string{"text": strings.Repeat("x", 100)}, TTL: time.Hour})
		}
		return run.State.Set("cursor")
	})
	if len(got.Resources) != 5000 || !got.Summary.Complete || got.Summary.Resources != 5000 || !slices.Equal(got.Summary.Scopes, []string{"north"}) {
		t.Errorf("%d resources, %+v, %v", len(got.Resources), got.Summary, got.Partial)
	}
	if got.Resources[0].TTL != time.Hour || string(got.State) != `"cursor"` {
		t.Errorf("%v and state %s", got.Resources[0], got.State)
	}
}

func TestADiscoveryIsNotCompleteWhereSomethingFailed(t *testing.T) {
	rows := []struct {
		why, scope, says string
		scopes           []string
		last             func(*ocelli.Discovery[none], func(ocelli.Resource)) error
	}{
		{"a site could not be looked at", "south", "no answer", []string{"north"}, func(run *ocelli.Discovery[none], _ func(ocelli.Resource)) error {
			run.Partial("south", ocelli.Faultf(ocelli.Timeout, "no answer"))
			return nil
		}},
		{"it failed", "", "cut", []string{"north", "south"}, func(*ocelli.Discovery[none], func(ocelli.Resource)) error {
			return ocelli.Faultf(ocelli.Network, "cut")
		}},
		{"it returned a nil *PollFault", "", "it returned a nil *PollFault as an error: return nil itself", []string{"north", "south"}, func(*ocelli.Discovery[none], func(ocelli.Resource)) error {
			return noFault()
		}},
		{"a resource has no id", "south", "resource \"\": id is empty; every resource needs one", []string{"north"}, func(_ *ocelli.Discovery[none], yield func(ocelli.Resource)) error {
			yield(ocelli.Resource{Site: "south"})
			return nil
		}},
		{"a resource comes twice", "south", `resource "a" comes twice`, []string{"north"}, func(_ *ocelli.Discovery[none], yield func(ocelli.Resource)) error {
			yield(ocelli.Resource{ID: "a", Site: "south"})
			return nil
		}},
		{"it panics", "", "panicked: out of it", []string{"north", "south"}, func(*ocelli.Discovery[none], func(ocelli.Resource)) error {
			panic("out of it")
		}},
	}
	for _, row := range rows {
		t.Run(row.why, func(t *testing.T) {
			got := discovered(t, func(_ context.Context, run *ocelli.Discovery[none], yield func(ocelli.Resource)) error {
				run.Scopes("north", "south")
				yield(ocelli.Resource{ID: "a", Site: "north"})
				return row.last(run, yield)
			})
			if len(got.Resources) != 1 || got.Summary.Complete || !slices.Equal(got.Summary.Scopes, row.scopes) {
				t.Errorf("%v and %+v", got.Resources, got.Summary)
			}
			fault := got.Partial[row.scope]
			if fault == nil || !strings.HasSuffix(fault.Message, row.says) {
				t.Fatalf("faults are %v", got.Partial)
			}
			if fault.Status == ocelli.Internal && !strings.HasPrefix(fault.Message, "discover of test (discover_test.go:") {
				t.Errorf("it says %q", fault.Message)
			}
		})
	}
}

func TestASiteWithoutAFaultIsNoPartOfTheFaults(t *testing.T) {
	got := discovered(t, func(_ context.Context, run *ocelli.Discovery[none], _ func(ocelli.Resource)) error {
		run.Scopes("north", "south")
		run.Partial("north", nil)
		run.Partial("south", noFault())
		return nil
	})
	if !got.Summary.Complete || len(got.Partial) != 0 || !slices.Equal(got.Summary.Scopes, []string{"north", "south"}) {
		t.Errorf("%+v, %v", got.Summary, got.Partial)
	}
}

func TestOfManyWrongResourcesTwentyAreToldAndTheOthersAreCounted(t *testing.T) {
	sites := func(from, to int) (names []string) {
		for n := from; n < to; n++ {
			names = append(names, fmt.Sprintf("site-%d", n))
		}
		return names
	}
	got := discovered(t, func(_ context.Context, run *ocelli.Discovery[none], yield func(ocelli.Resource)) error {
		run.Scopes(append(sites(0, 25), "north")...)
		for _, site := range sites(0, 25) {
			yield(ocelli.Resource{Site: site})
		}
		yield(ocelli.Resource{ID: "a", Site: "north"})
		return nil
	})
	told := slices.DeleteFunc(got.Messages(), func(message string) bool { return message != "resource refused" })
	if len(told) != 20 || len(got.Partial) != 21 || got.Partial["site-19"] == nil || got.Partial["site-20"] != nil {
		t.Errorf("%d lines and %v", len(told), got.Partial)
	}
	if rest := got.Partial[""]; rest == nil || rest.Message != "5 more were refused" {
		t.Errorf("of the others it says %v", rest)
	}
	if got.Summary.Complete || got.Summary.Resources != 1 || !slices.Equal(got.Summary.Scopes, []string{"north"}) {
		t.Errorf("summary is %+v", got.Summary)
	}
}

func TestAnEnrichmentComesOutAsItWentIn(t *testing.T) {
	facts := ocelli.Enrichment{Namespace: "interface", Schema: "0.1", TTL: time.Minute, Data: map[string]any{"name": "Gi0/1"}}
	rows := []struct {
		why, says string
		found     []ocelli.Enrichment
	}{
		{"right facts", "", []ocelli.Enrichment{facts}},
		{"twice the same", "enrichment interface comes twice for one resource", []ocelli.Enrichment{facts, facts}},
		{"a list", "data of enrichment n is a list: give a struct or a map, which JSON writes as an object", []ocelli.Enrichment{{Namespace: "n", TTL: time.Minute, Data: []int{}}}},
		{"no ttl", "TTL of enrichment n is a whole number of seconds from 1 on, not 0s", []ocelli.Enrichment{{Namespace: "n", Data: facts.Data}}},
		{"what is no JSON", "data of enrichment n cannot be written as JSON: json: unsupported type: chan int", []ocelli.Enrichment{{Namespace: "n", TTL: time.Minute, Data: make(chan int)}}},
		{"no namespace", "an enrichment has no namespace", []ocelli.Enrichment{{}}},
	}
	for _, row := range rows {
		t.Run(row.why, func(t *testing.T) {
			plugin := ocelli.Plugin[none]{Name: "p", Version: "1.0.0", Description: "d", Enrich: func(context.Context, ocelli.Resource, *ocelli.Run[none]) ([]ocelli.Enrichment, error) {
				return row.found, nil
			}}
			got := ocellitest.Start(t, plugin).Enrich(device, ocellitest.Run{})
			if row.says == "" {
				if got.Fault != nil || len(got.Enrichments) != 1 || got.Enrichments[0].TTL != time.Minute {
					t.Errorf("%v and %v", got.Fault, got.Enrichments)
				}
			} else if got.Fault == nil || !strings.HasSuffix(got.Fault.Message, row.says) {
				t.Errorf("fault is %v", got.Fault)
			}
		})
	}
}
