package main

import ocelli "ocelli.dev/plugin-sdk/go"

// Settings are the knobs by which the conformance kit provokes everything.
type Settings struct {
	Probe struct {
		Groups   int           `default:"1" min:"0" doc:"number of metric groups, of resources in a discovery"`
		PadBytes int           `default:"0" min:"0" doc:"length of the dimension or metadata pad, absent at 0"`
		Value    float64       `default:"1" min:"0" max:"1000" doc:"value of the metric value"`
		WaitMS   int           `json:"wait_ms" default:"0" min:"0" doc:"wait before the answer"`
		Fail     string        `default:"" enum:",fault,throw,nan,bad_name,duplicate,print,endless,long_error" doc:"how to fail"`
		FailFor  string        `default:"" doc:"only the resource with this id fails"`
		Secret   ocelli.Secret `default:"" doc:"logged with each run, and masked by the SDK"`
		File     string        `default:"" doc:"where the sink writes"`
	}
}
