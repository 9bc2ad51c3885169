package ocelli

import (
	"context"
	"time"

	taskv1 "ocelli.dev/plugin-sdk/go/gen/ocelli/task/v1"
)

// module is a plugin without the type of its settings.
type module struct {
	name, version, description string
	schema                     *schema
	services                   []taskv1.Kind

	validate func(settings any) []Diagnostic
	discover func(a *attempt, found discoveryEvents) error
	enrich   func(a *attempt, about subject) ([]Enrichment, error)
	poll     func(a *attempt, about subject, each func(*Group)) ([]Group, error)
	openSink func(ctx context.Context, of *instance) (Sink, error)

	// Where the functions begin.
	declaredValidate, declaredDiscover, declaredEnrich, declaredPoll, declaredSink *place

	emitsResourceTypes, emitsEnrichments, wantsEnrichments []string
	typicalDuration, longestDuration                       time.Duration
	repeatIsHarmless                                       bool
	concurrency                                            int
}

// subject is a resource to work on, with what came with it.
type subject struct {
	resource    Resource
	enrichments []fact
}

// discoveryEvents is where a discovery tells what it found.
type discoveryEvents struct {
	found   func(Resource)
	partial func(site string, fault *PollFault)
	scopes  func(sites []string)
}

func (m *module) work(service, plugin string, declared *place) work {
	return work{service: service, plugin: plugin, declared: declared}
}
