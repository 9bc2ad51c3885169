package ocelli

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	resourcev1 "ocelli.dev/plugin-sdk/go/gen/ocelli/resource/v1"
)

const resourceIDMaxBytes = 512

// resourceToWire looks at what an author found. An error is one sentence that names it.
func resourceToWire(found Resource) (*resourcev1.Resource, error) {
	id := valid(found.ID)
	var problems []string
	if id == "" {
		problems = append(problems, "id is empty; every resource needs one")
	}
	if len(id) > resourceIDMaxBytes {
		problems = append(problems, fmt.Sprintf("id is %d bytes long; at most %d are kept", len(id), resourceIDMaxBytes))
	}
	ttl, whole := seconds(found.TTL)
	if !whole || found.TTL < 0 {
		problems = append(problems, fmt.Sprintf("TTL %s is no whole number of seconds from 0 on", found.TTL))
	}
	if slices.Contains(found.Parents, found.ID) {
		problems = append(problems, "it is its own parent")
	}
	if len(problems) > 0 {
		return nil, misusef("resource %s: %s", quoted(id), strings.Join(problems, "; "))
	}
	parents := make([]string, len(found.Parents))
	for i, parent := range found.Parents {
		parents[i] = valid(parent)
	}
	metadata := make(map[string]string, len(found.Metadata))
	for name, value := range found.Metadata {
		metadata[valid(name)] = valid(value)
	}
	return &resourcev1.Resource{
		Id: id, Site: valid(found.Site), Class: valid(found.Class), Subclass: valid(found.Subclass), Type: valid(found.Type),
		Endpoint: valid(found.Endpoint), Metadata: metadata, Parents: parents, TtlS: ttl,
	}, nil
}

func resourceFromWire(wire *resourcev1.Resource) Resource {
	return Resource{
		ID: wire.GetId(), Site: wire.GetSite(), Class: wire.GetClass(), Subclass: wire.GetSubclass(), Type: wire.GetType(),
		Endpoint: wire.GetEndpoint(), Metadata: wire.GetMetadata(), Parents: wire.GetParents(),
		TTL: time.Duration(wire.GetTtlS()) * time.Second,
	}
}

// seconds is a duration as the contracts carry it. False where it is no whole number of them, or too large.
func seconds(span time.Duration) (uint32, bool) {
	count := span / time.Second
	return uint32(count), span%time.Second == 0 && count >= 0 && count <= math.MaxUint32
}

// quoted is a text inside a sentence of ours: cut, and without characters that act on terminals.
func quoted(text string) string {
	if runes := []rune(text); len(runes) > 60 {
		text = string(runes[:60]) + "…"
	}
	return fmt.Sprintf("%q", text)
}
