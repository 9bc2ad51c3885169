// The probe module of the Go SDK: it has the same knobs as the probes of the other SDKs.
package main

import ocelli "ocelli.dev/plugin-sdk/go"

func main() {
	ocelli.Serve(ocelli.Plugin[Settings]{
		Name:             "probe-go",
		Version:          "0.1.0",
		Description:      "Does what the conformance kit asks it to do.",
		Discover:         discover,
		Enrich:           enrich,
		PollStream:       poll,
		OpenSink:         openSink,
		EmitsEnrichments: []string{"probe"},
	})
}
