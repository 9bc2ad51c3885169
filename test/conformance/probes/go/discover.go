package main

import (
	"context"
	"fmt"

	ocelli "ocelli.dev/plugin-sdk/go"
)

func discover(ctx context.Context, run *ocelli.Discovery[Settings], yield func(ocelli.Resource)) error {
	fail := failing(run.Settings, "")
	if err := begin(ctx, run.Settings, run.Log, fail); err != nil {
		return err
	}
	text, padded := pad(run.Settings)
	for n := 0; n < run.Settings.Probe.Groups || fail == "endless"; n++ {
		found := ocelli.Resource{ID: fmt.Sprintf("probe-%d", n), Endpoint: "127.0.0.1", Site: "probe", Class: "probe"}
		if padded {
			found.Metadata = map[string]string{"pad": text}
		}
		if fail == "duplicate" {
			yield(found)
		}
		yield(found)
	}
	return nil
}
