package ocelli

import (
	"encoding/json"
	"log/slog"
	"time"
)

// Run is what a run knows besides its resource. Its context ends at the deadline, when the host cancels, and when the run is
// over; context.Cause says why.
type Run[Settings any] struct {
	// Plugin is on whose behalf the run is: one module serves many.
	Plugin string
	// Settings never change within a run.
	Settings Settings
	// Log takes data in attributes and a constant message: Log.Info("device read", "took_ms", 12).
	Log *slog.Logger
	// Fence grows with every run of the pair.
	Fence uint64
	// SlotAt is the instant the run was due.
	SlotAt time.Time
	// Frequency is how often the plugin runs against a resource.
	Frequency time.Duration
	// State is what the pair's last run left, and what this one leaves.
	State State

	attempt     *attempt
	resource    string
	enrichments []fact
}

func newRun[Settings any](a *attempt, resource string, enrichments []fact) Run[Settings] {
	settings, _ := a.facts.settings.(Settings) // No other was ever parsed.
	return Run[Settings]{
		Plugin: a.facts.plugin, Settings: settings, Log: a.log, Fence: a.facts.fence, SlotAt: a.facts.slotAt,
		Frequency: a.facts.frequency, State: State{a}, attempt: a, resource: resource, enrichments: enrichments,
	}
}

// Progress asks for more time: the run expects to take this long from now on. The host grants it up to a cap of its own.
func (r *Run[Settings]) Progress(more time.Duration) {
	if more > 0 {
		r.attempt.progress(more)
	}
}

// Fault adds a fault to an answer that still brings data; nil adds nothing. Return the fault where there is no data.
func (r *Run[Settings]) Fault(err error) {
	if err == nil || err == noFault {
		return
	}
	fault, _ := toFault(err)
	r.attempt.mu.Lock()
	defer r.attempt.mu.Unlock()
	r.attempt.faults = append(r.attempt.faults, fault)
}

// Enrichment reads the facts of a namespace that came with the resource. False where there are none; an error, to be returned,
// where they do not fit.
func (r *Run[Settings]) Enrichment(namespace string, into any) (bool, error) {
	return r.EnrichmentOf(r.resource, namespace, into)
}

// EnrichmentOf reads the facts about another resource that came along.
func (r *Run[Settings]) EnrichmentOf(resourceID, namespace string, into any) (bool, error) {
	for _, set := range r.enrichments {
		about := set.resourceID
		if about == "" {
			about = r.resource
		}
		if set.namespace != namespace || about != resourceID {
			continue
		}
		if err := json.Unmarshal([]byte(set.data), into); err != nil {
			return false, Faultf(EnrichmentFailure, "the facts of namespace %s do not fit: %w", namespace, err)
		}
		return true, nil
	}
	return false, nil
}

// Discovery is what a discovery knows.
type Discovery[Settings any] struct {
	Run[Settings]
	partial func(site string, fault *PollFault)
	scopes  func(sites []string)
}

// Partial says that one site could not be looked at: nothing of it is removed, and the discovery is not complete. With nil it
// says nothing: the site was looked at.
func (d *Discovery[Settings]) Partial(site string, err error) {
	if err == nil || err == noFault {
		return
	}
	fault, _ := toFault(err)
	d.partial(site, fault)
}

// Scopes names the sites that this run covers. Without it a complete run covers everything the plugin is the source of.
func (d *Discovery[Settings]) Scopes(sites ...string) { d.scopes(sites) }
