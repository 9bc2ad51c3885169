package ocelli

import (
	"encoding/json"

	resourcev1 "ocelli.dev/plugin-sdk/go/gen/ocelli/resource/v1"
)

// enrichmentsToWire looks at what an author found out. An error is one sentence that names the namespace.
func enrichmentsToWire(found []Enrichment) ([]*resourcev1.EnrichmentSet, error) {
	type key struct{ namespace, resource string }
	seen := map[key]bool{}
	sets := make([]*resourcev1.EnrichmentSet, 0, len(found))
	for _, one := range found {
		if one.Namespace == "" {
			return nil, misusef("an enrichment has no namespace")
		}
		ttl, whole := seconds(one.TTL)
		if !whole || ttl < 1 {
			return nil, misusef("TTL of enrichment %s is a whole number of seconds from 1 on, not %s", one.Namespace, one.TTL)
		}
		text, err := json.Marshal(one.Data)
		if err != nil {
			return nil, misusef("data of enrichment %s cannot be written as JSON: %v", one.Namespace, err)
		}
		if len(text) == 0 || text[0] != '{' {
			return nil, misusef("data of enrichment %s is %s: give a struct or a map, which JSON writes as an object", one.Namespace, jsonKind(text))
		}
		if len(one.ResourceID) > resourceIDMaxBytes {
			return nil, misusef("enrichment %s is for a resource id of %d bytes; at most %d are kept", one.Namespace, len(one.ResourceID), resourceIDMaxBytes)
		}
		name := key{valid(one.Namespace), valid(one.ResourceID)}
		if seen[name] {
			return nil, misusef("enrichment %s comes twice for one resource", one.Namespace)
		}
		seen[name] = true
		sets = append(sets, &resourcev1.EnrichmentSet{
			Namespace: name.namespace, Schema: valid(one.Schema), TtlS: ttl, DataJson: text, ResourceId: name.resource,
		})
	}
	return sets, nil
}

// jsonKind is what a JSON text holds, in a word for people.
func jsonKind(text []byte) string {
	if len(text) == 0 {
		return "nothing"
	}
	switch text[0] {
	case '{':
		return "an object"
	case '[':
		return "a list"
	case '"':
		return "text"
	case 't', 'f', 'n':
		return string(text)
	default:
		return "a number"
	}
}
