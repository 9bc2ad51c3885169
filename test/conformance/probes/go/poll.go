package main

import (
	"context"
	"math"
	"strconv"
	"time"

	ocelli "ocelli.dev/plugin-sdk/go"
)

func poll(ctx context.Context, resource ocelli.Resource, run *ocelli.Run[Settings], yield func(ocelli.Group)) error {
	fail := failing(run.Settings, resource.ID)
	if err := begin(ctx, run.Settings, run.Log, fail); err != nil {
		return err
	}
	var memory struct {
		Runs int64 `json:"runs"`
	}
	run.State.Get(&memory)
	memory.Runs++
	if err := run.State.Set(memory); err != nil {
		return err
	}
	text, padded := pad(run.Settings)
	for n := 0; n < run.Settings.Probe.Groups || fail == "endless"; n++ {
		group := ocelli.Group{
			Name:       "probe",
			Dimensions: ocelli.Dimensions{"n": strconv.Itoa(n), "plugin": run.Plugin},
			Metrics: ocelli.Metrics{
				"runs_total": ocelli.Counter(memory.Runs),
				"value":      ocelli.Gauge(run.Settings.Probe.Value),
				"id_bytes":   ocelli.Gauge(len(resource.ID)),
			},
		}
		if padded {
			group.Dimensions["pad"] = text
		}
		switch fail {
		case "nan":
			group.Metrics["value"] = ocelli.Gauge(math.NaN())
		case "bad_name":
			group.Metrics["no-dash"] = ocelli.Gauge(1)
		case "duplicate":
			yield(group)
		}
		yield(group)
	}
	return nil
}

func enrich(ctx context.Context, resource ocelli.Resource, run *ocelli.Run[Settings]) ([]ocelli.Enrichment, error) {
	fail := failing(run.Settings, resource.ID)
	if err := begin(ctx, run.Settings, run.Log, fail); err != nil {
		return nil, err
	}
	value := run.Settings.Probe.Value
	if fail == "nan" {
		value = math.NaN()
	}
	facts := ocelli.Enrichment{
		Namespace: "probe", Schema: "0.1", TTL: 300 * time.Second, Data: map[string]any{"id": resource.ID, "value": value},
	}
	if fail == "duplicate" {
		return []ocelli.Enrichment{facts, facts}, nil
	}
	return []ocelli.Enrichment{facts}, nil
}
