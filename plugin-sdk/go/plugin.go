package ocelli

import (
	"context"
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"time"

	taskv1 "ocelli.dev/plugin-sdk/go/gen/ocelli/task/v1"
)

// Plugin is what an author writes: at least one of Discover, Enrich, Poll (or PollStream) and OpenSink. Settings is a struct of
// sections as in the plugin file, struct{} for none.
type Plugin[Settings any] struct {
	Name string
	// Version is semver.
	Version string
	// Description is one sentence for people.
	Description string

	// Validate says what the types of the settings cannot.
	Validate func(settings Settings) []Diagnostic
	// Discover yields what exists. The end of it, without an error, says that this was everything. A yield waits while nobody
	// takes what was found; when the run is over it does not return: it ends the goroutine, whose deferred functions run.
	Discover func(ctx context.Context, run *Discovery[Settings], yield func(Resource)) error
	// Enrich finds facts about a resource.
	Enrich func(ctx context.Context, resource Resource, run *Run[Settings]) ([]Enrichment, error)
	// Poll reads metrics of a resource. Groups beside a fault of status Partial are an answer; with any other error the groups
	// are left out.
	Poll func(ctx context.Context, resource Resource, run *Run[Settings]) ([]Group, error)
	// PollStream is Poll where there are many groups: each is on its way as soon as it is yielded. For yield see Discover.
	PollStream func(ctx context.Context, resource Resource, run *Run[Settings], yield func(Group)) error
	// OpenSink opens what delivers results. It is called once for each plugin and revision of its settings, and after the one
	// before was closed. Its context ends when the sink is about to be closed.
	OpenSink func(ctx context.Context, run *SinkRun[Settings]) (Sink, error)

	EmitsResourceTypes []string
	EmitsEnrichments   []string
	// WantsEnrichments are the namespaces that polling wants with each resource, where the plugin file does not say otherwise.
	WantsEnrichments []string
	TypicalDuration  time.Duration
	LongestDuration  time.Duration
	// RepeatIsHarmless is true where running twice does no harm to the device.
	RepeatIsHarmless bool
	// Concurrency is how many items of one call run at a time; 50 where it is 0.
	Concurrency int
}

const defaultConcurrency = 50

var semver = regexp.MustCompile(`^\d+\.\d+\.\d+`)

// module looks at the plugin. An error says everything that is missing, at once.
func (p Plugin[Settings]) module() (*module, error) {
	m := &module{
		name: p.Name, version: p.Version, description: p.Description, concurrency: p.Concurrency,
		emitsResourceTypes: p.EmitsResourceTypes, emitsEnrichments: p.EmitsEnrichments, wantsEnrichments: p.WantsEnrichments,
		typicalDuration: p.TypicalDuration, longestDuration: p.LongestDuration, repeatIsHarmless: p.RepeatIsHarmless,
	}
	if m.concurrency == 0 {
		m.concurrency = defaultConcurrency
	}
	p.erase(m)
	var problems []string
	if p.Name == "" {
		problems = append(problems, "Name is empty")
	}
	if !semver.MatchString(p.Version) {
		problems = append(problems, fmt.Sprintf("Version %q is not like 1.2.3", p.Version))
	}
	if len(m.services) == 0 {
		problems = append(problems, "it has none of Discover, Enrich, Poll and OpenSink")
	}
	if p.Poll != nil && p.PollStream != nil {
		problems = append(problems, "it has both Poll and PollStream: leave one out")
	}
	if p.Concurrency < 0 {
		problems = append(problems, fmt.Sprintf("Concurrency %d is less than 1", p.Concurrency))
	}
	schema, wrong := schemaOf(reflect.TypeFor[Settings]())
	m.schema = schema
	problems = append(problems, wrong...)
	if len(problems) > 0 {
		name := p.Name
		if name == "" {
			name = "without a name"
		}
		return nil, fmt.Errorf("plugin module %s: %s", name, strings.Join(problems, "; "))
	}
	return m, nil
}

// erase wraps the author's functions so that nothing else need know the type of the settings.
func (p Plugin[Settings]) erase(m *module) {
	if p.Validate != nil {
		m.declaredValidate = functionPlace(p.Validate)
		m.validate = func(settings any) []Diagnostic { return p.Validate(settings.(Settings)) }
	}
	if p.Discover != nil {
		m.services, m.declaredDiscover = append(m.services, taskv1.Kind_KIND_DISCOVERY), functionPlace(p.Discover)
		m.discover = func(a *attempt, events discoveryEvents) error {
			run := &Discovery[Settings]{Run: newRun[Settings](a, "", nil), partial: events.partial, scopes: events.scopes}
			return p.Discover(&a.runContext, run, events.found)
		}
	}
	if p.Enrich != nil {
		m.services, m.declaredEnrich = append(m.services, taskv1.Kind_KIND_ENRICHMENT), functionPlace(p.Enrich)
		m.enrich = func(a *attempt, about subject) ([]Enrichment, error) {
			run := newRun[Settings](a, about.resource.ID, about.enrichments)
			return p.Enrich(&a.runContext, about.resource, &run)
		}
	}
	if p.PollStream != nil {
		m.declaredPoll = functionPlace(p.PollStream)
		m.poll = func(a *attempt, about subject, each func(*Group)) ([]Group, error) {
			run := newRun[Settings](a, about.resource.ID, about.enrichments)
			return nil, p.PollStream(&a.runContext, about.resource, &run, func(group Group) { each(&group) })
		}
	}
	if p.Poll != nil {
		m.declaredPoll = functionPlace(p.Poll)
		m.poll = func(a *attempt, about subject, _ func(*Group)) ([]Group, error) {
			run := newRun[Settings](a, about.resource.ID, about.enrichments)
			return p.Poll(&a.runContext, about.resource, &run)
		}
	}
	if m.poll != nil {
		m.services = append(m.services, taskv1.Kind_KIND_POLLING)
	}
	if p.OpenSink != nil {
		m.services, m.declaredSink = append(m.services, taskv1.Kind_KIND_SINK), functionPlace(p.OpenSink)
		m.openSink = func(ctx context.Context, of *instance) (Sink, error) {
			return p.OpenSink(ctx, &SinkRun[Settings]{Plugin: of.plugin, Settings: of.settings.(Settings), Log: of.log})
		}
	}
}
