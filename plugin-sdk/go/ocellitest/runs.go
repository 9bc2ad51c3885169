package ocellitest

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"time"

	ocelli "ocelli.dev/plugin-sdk/go"
	pluginv1 "ocelli.dev/plugin-sdk/go/gen/ocelli/plugin/v1"
	resourcev1 "ocelli.dev/plugin-sdk/go/gen/ocelli/resource/v1"

	"google.golang.org/grpc"
)

// Polled is what a poll brought.
type Polled struct {
	Outcome
	Groups []ocelli.Group
}

// Enriched is what an enrichment brought. The data of each is json.RawMessage.
type Enriched struct {
	Outcome
	Enrichments []ocelli.Enrichment
}

// Discovered is what a discovery brought.
type Discovered struct {
	Outcome
	Resources []ocelli.Resource
	Summary   ocelli.Summary
	// Partial are the sites that could not be looked at, each with its reason.
	Partial map[string]*ocelli.PollFault
}

// Poll polls one resource.
func (p *Plugin) Poll(resource ocelli.Resource, run Run) Polled {
	p.t.Helper()
	ctx, wire := p.begin(run)
	request := &pluginv1.PollRequest{Items: []*pluginv1.Item{p.item(wire, resource, run)}}
	stream, err := pluginv1.NewPollingClient(p.connection).Poll(ctx, request)
	polled := Polled{}
	for _, part := range all(p, stream, err) {
		for _, answer := range part.GetAnswers() {
			polled.Groups = append(polled.Groups, groups(answer.GetGroups())...)
			polled.end(answer.GetFault(), answer.GetState(), answer.GetSetState())
		}
		polled.extend(part.GetProgress()...)
	}
	polled.Log = p.log.parsed()
	return polled
}

// Enrich enriches one resource.
func (p *Plugin) Enrich(resource ocelli.Resource, run Run) Enriched {
	p.t.Helper()
	ctx, wire := p.begin(run)
	request := &pluginv1.EnrichRequest{Items: []*pluginv1.Item{p.item(wire, resource, run)}}
	stream, err := pluginv1.NewEnrichmentClient(p.connection).Enrich(ctx, request)
	enriched := Enriched{}
	for _, part := range all(p, stream, err) {
		for _, answer := range part.GetAnswers() {
			for _, set := range answer.GetSets() {
				enriched.Enrichments = append(enriched.Enrichments, ocelli.Enrichment{
					Namespace: set.GetNamespace(), Schema: set.GetSchema(), TTL: time.Duration(set.GetTtlS()) * time.Second,
					Data: json.RawMessage(set.GetDataJson()), ResourceID: set.GetResourceId(),
				})
			}
			enriched.end(answer.GetFault(), answer.GetState(), answer.GetSetState())
		}
		enriched.extend(part.GetProgress()...)
	}
	enriched.Log = p.log.parsed()
	return enriched
}

// Discover discovers.
func (p *Plugin) Discover(run Run) Discovered {
	p.t.Helper()
	ctx, wire := p.begin(run)
	stream, err := pluginv1.NewDiscoveryClient(p.connection).Discover(ctx, &pluginv1.DiscoverRequest{Run: wire})
	found := Discovered{Partial: map[string]*ocelli.PollFault{}}
	for _, part := range all(p, stream, err) {
		for _, one := range part.GetBatch().GetResources() {
			found.Resources = append(found.Resources, resource(one))
		}
		if failed := part.GetPartialError(); failed != nil {
			found.Partial[failed.GetScope()] = fault(failed.GetFault())
		}
		if progress := part.GetProgress(); progress != nil {
			found.extend(progress)
		}
		if end := part.GetSummary(); end != nil {
			summary := end.GetSummary()
			found.Summary = ocelli.Summary{Complete: summary.GetComplete(), Resources: int(summary.GetResources()), Scopes: summary.GetScopes()}
			found.end(nil, end.GetState(), end.GetSetState())
		}
	}
	found.Fault = found.Partial[""]
	found.Log = p.log.parsed()
	return found
}

func (o *Outcome) end(wire *resourcev1.Fault, state []byte, set bool) {
	if wire != nil {
		o.Fault = fault(wire)
	}
	if set {
		o.State = state
	}
}

func (o *Outcome) extend(wishes ...*pluginv1.Progress) {
	for _, one := range wishes {
		o.Extended = append(o.Extended, time.Duration(one.GetExtendMs())*time.Millisecond)
	}
}

// begin configures the plugin where its settings changed.
func (p *Plugin) begin(run Run) (context.Context, *pluginv1.Run) {
	p.t.Helper()
	settings := p.json(run.Settings)
	if settings != p.configured {
		p.revision++
		request := &pluginv1.ConfigureRequest{Plugin: "test", Revision: strconv.Itoa(p.revision), SettingsJson: settings}
		answer, err := pluginv1.NewPluginClient(p.connection).Configure(p.t.Context(), request)
		if err != nil {
			p.t.Fatal(err)
		}
		for _, one := range diagnostics(answer.GetDiagnostics()) {
			if !one.Warning {
				p.t.Fatalf("settings: %s %s", one.Path, one.Summary)
			}
		}
		p.configured = settings
	}
	ctx := run.Context
	if ctx == nil {
		ctx = p.t.Context()
	}
	wire := &pluginv1.Run{
		Plugin: "test", Revision: strconv.Itoa(p.revision), Fence: 1, DeadlineMs: uint32(or(run.Deadline, 5*time.Second).Milliseconds()),
		FrequencyMs: uint32(or(run.Frequency, time.Minute).Milliseconds()),
	}
	if !run.SlotAt.IsZero() {
		wire.SlotAtMs = run.SlotAt.UnixMilli()
	}
	if run.State != nil {
		wire.State = []byte(p.json(run.State))
	}
	return ctx, wire
}

func or(span, otherwise time.Duration) time.Duration {
	if span == 0 {
		return otherwise
	}
	return span
}

// all reads a stream of answers. A cancelled one ends where it was cancelled.
func all[Part any](p *Plugin, stream grpc.ServerStreamingClient[Part], err error) (parts []*Part) {
	p.t.Helper()
	for err == nil {
		var part *Part
		if part, err = stream.Recv(); err == nil {
			parts = append(parts, part)
		}
	}
	if !errors.Is(err, io.EOF) {
		p.t.Error(err)
	}
	return parts
}
