// Answers each resource with two metrics at once. The echo beside it sends the same answer without the SDK.
package main

import (
	"context"

	ocelli "ocelli.dev/plugin-sdk/go"
)

func main() {
	ocelli.Serve(ocelli.Plugin[struct{}]{
		Name:        "bench-go",
		Version:     "0.1.0",
		Description: "Answers at once, for the bench.",
		Poll: func(_ context.Context, _ ocelli.Resource, _ *ocelli.Run[struct{}]) ([]ocelli.Group, error) {
			return []ocelli.Group{{
				Name:       "bench",
				Dimensions: ocelli.Dimensions{"no": "0"},
				Metrics:    ocelli.Metrics{"runs_total": ocelli.Counter(1), "value": ocelli.Gauge(1.5)},
			}}, nil
		},
	})
}
