package ocelli

import (
	"encoding/json"
	"errors"
	"time"

	resourcev1 "ocelli.dev/plugin-sdk/go/gen/ocelli/resource/v1"
	taskv1 "ocelli.dev/plugin-sdk/go/gen/ocelli/task/v1"
)

// Kind is what a plugin did: "discovery", "enrichment" or "polling".
type Kind string

// Result is what one run found. A large one comes in several parts.
type Result struct {
	Kind   Kind
	Plugin string
	// Resource is nil for a discovery.
	Resource *Resource
	// Fence grows with every run of the pair; one older than the newest seen is out of date.
	Fence uint64
	// Part counts the parts of one run from 0; Last is true on the last of them.
	Part       uint32
	Last       bool
	AgentID    string
	SlotAt     time.Time
	StartedAt  time.Time
	FinishedAt time.Time
	Frequency  time.Duration
	// PluginRevision is the revision of the settings it ran with.
	PluginRevision string
	Status         Status
	// Fault is why it failed, or nil.
	Fault *PollFault
	// Groups were read by a poll.
	Groups []Group
	// Enrichments were found by an enrichment; their data is json.RawMessage.
	Enrichments []Enrichment
	// Resources were found by a discovery; Summary is in its last part only.
	Resources []Resource
	Summary   *Summary
	// OnDemand is true where somebody asked for this run outside the schedule.
	OnDemand bool
}

// Summary is how a discovery ended.
type Summary struct {
	// Complete is true where everything in the scopes was seen.
	Complete bool
	// Resources is how many were found in all.
	Resources int
	// Scopes are the sites that were covered; none means everything the plugin is the source of.
	Scopes []string
}

var kindNames = map[taskv1.Kind]Kind{
	taskv1.Kind_KIND_DISCOVERY: "discovery", taskv1.Kind_KIND_ENRICHMENT: "enrichment", taskv1.Kind_KIND_POLLING: "polling",
}

func resultFromWire(wire *taskv1.Result) (Result, error) {
	if wire == nil {
		return Result{}, errors.New("the record has no result")
	}
	result := Result{
		Kind: kindNames[wire.GetKind()], Plugin: wire.GetPlugin(), Fence: wire.GetFence(), Part: wire.GetPart(), Last: wire.GetLast(),
		AgentID: wire.GetAgentId(), PluginRevision: wire.GetPluginRevision(), OnDemand: wire.GetOnDemand(),
		SlotAt: time.UnixMilli(wire.GetSlotAtMs()), StartedAt: time.UnixMilli(wire.GetStartedAtMs()),
		FinishedAt: time.UnixMilli(wire.GetFinishedAtMs()), Frequency: time.Duration(wire.GetFrequencyMs()) * time.Millisecond,
		Status: Status(wire.GetStatus()), Groups: groupsFromWire(wire.GetGroups()), Enrichments: setsFromWire(wire.GetSets()),
	}
	if wire.GetResource() != nil {
		resource := resourceFromWire(wire.GetResource())
		result.Resource = &resource
	}
	if wire.GetFault() != nil {
		result.Fault = faultFromWire(wire.GetFault())
	}
	for _, found := range wire.GetDiscovery().GetResources() {
		result.Resources = append(result.Resources, resourceFromWire(found))
	}
	if summary := wire.GetDiscovery().GetSummary(); summary != nil {
		result.Summary = &Summary{summary.GetComplete(), int(summary.GetResources()), summary.GetScopes()}
	}
	return result, nil
}

func groupsFromWire(wire []*resourcev1.MetricGroup) []Group {
	groups := make([]Group, 0, len(wire))
	for _, from := range wire {
		group := Group{Name: from.GetName(), Dimensions: Dimensions{}, Metrics: Metrics{}}
		if from.GetAtMs() != 0 {
			group.At = time.UnixMilli(from.GetAtMs())
		}
		for _, one := range from.GetDimensions() {
			group.Dimensions[one.GetName()] = one.GetValue()
		}
		for _, one := range from.GetMetrics() {
			kind := gaugeKind
			if one.GetType() == resourcev1.MetricType_METRIC_TYPE_COUNTER {
				kind = counterKind
			}
			if whole, isWhole := one.GetValue().(*resourcev1.Metric_IntValue); isWhole {
				group.Metrics[one.GetName()] = valueOf(kind, whole.IntValue)
			} else {
				group.Metrics[one.GetName()] = valueOf(kind, one.GetDoubleValue())
			}
		}
		groups = append(groups, group)
	}
	return groups
}

func setsFromWire(wire []*resourcev1.EnrichmentSet) []Enrichment {
	sets := make([]Enrichment, 0, len(wire))
	for _, from := range wire {
		sets = append(sets, Enrichment{
			Namespace: from.GetNamespace(), Schema: from.GetSchema(), TTL: time.Duration(from.GetTtlS()) * time.Second,
			Data: json.RawMessage(from.GetDataJson()), ResourceID: from.GetResourceId(),
		})
	}
	return sets
}

func faultFromWire(wire *resourcev1.Fault) *PollFault {
	return &PollFault{
		Status: Status(wire.GetStatus()), Message: wire.GetMessage(), Retry: Retry(wire.GetRetry()), Origin: Origin(wire.GetOrigin()),
	}
}
