package ocelli

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"google.golang.org/protobuf/encoding/protowire"
)

const nameRule = "a letter or underscore, then letters, digits and underscores"

// groupEncoder looks at metric groups one at a time and writes each as a field of an answer. It keeps the groups of one answer
// apart.
type groupEncoder struct {
	// Names and dimensions of the groups so far: of the first, and where there are more, of all.
	first []byte
	seen  map[string]struct{}

	names []string
	body  []byte
	// For whoever encodes several: the groups, and where each ends.
	list []byte
	ends []int
}

// reset begins another answer.
func (e *groupEncoder) reset() { e.first, e.seen = e.first[:0], nil }

// append adds a group as ocelli.plugin.v1.PollAnswer.groups, or says in one sentence what is wrong with it.
func (e *groupEncoder) append(to []byte, group *Group) ([]byte, error) {
	if group.Name == "" {
		return to, misusef("a metric group has no name")
	}
	if !group.At.IsZero() && group.At.UnixMilli() < 0 {
		return to, misusef("group %s was read before 1970 (%s)", group.Name, group.At)
	}
	body := appendText(e.body[:0], 1, group.Name)
	for _, name := range e.sorted(group.Dimensions) {
		if !isName(name) {
			return to, misusef("dimension %q of group %s is no name: %s", name, group.Name, nameRule)
		}
		body = appendPair(body, 2, name, group.Dimensions[name])
	}
	if e.again(body) {
		return to, misusef("group %s comes twice", describe(group))
	}
	if len(group.Metrics) == 0 {
		return to, misusef("group %s has no metrics", describe(group))
	}
	e.names = e.names[:0]
	for name := range group.Metrics {
		e.names = append(e.names, name)
	}
	slices.Sort(e.names)
	for _, name := range e.names {
		value := group.Metrics[name]
		if !isName(name) {
			return to, misusef("metric %q of group %s is no name: %s", name, group.Name, nameRule)
		}
		if wrong := valueProblem(value); wrong != "" {
			return to, &misuse{at: value.at, text: "metric " + name + " of group " + group.Name + " " + wrong}
		}
		body = appendMetric(body, name, value)
	}
	if !group.At.IsZero() {
		body = protowire.AppendTag(body, 4, protowire.VarintType)
		body = protowire.AppendVarint(body, uint64(group.At.UnixMilli()))
	}
	e.body = body
	to = protowire.AppendTag(to, 2, protowire.BytesType)
	return protowire.AppendBytes(to, body), nil
}

// again says whether a group with this name and these dimensions came before. The first one costs no map.
func (e *groupEncoder) again(head []byte) bool {
	if len(e.first) == 0 {
		e.first = append(e.first, head...)
		return false
	}
	if e.seen == nil {
		e.seen = map[string]struct{}{string(e.first): {}}
	}
	if _, known := e.seen[string(head)]; known {
		return true
	}
	e.seen[string(head)] = struct{}{}
	return false
}

// sorted gives the names of dimensions in their order; valid until the next call.
func (e *groupEncoder) sorted(dimensions Dimensions) []string {
	e.names = e.names[:0]
	for name := range dimensions {
		e.names = append(e.names, name)
	}
	slices.Sort(e.names)
	return e.names
}

// valueProblem is what is wrong with a number, as it follows the metric's name.
func valueProblem(value Value) string {
	switch {
	case value.usable():
		return ""
	case value.kind == 0:
		return "is neither gauge nor counter: write ocelli.Gauge(…) or ocelli.Counter(…)"
	case math.IsNaN(value.Float()):
		return "is NaN: leave out what was not measured, or give a number"
	case math.IsInf(value.Float(), 0):
		return "is infinite: leave out what was not measured, or give a number"
	default:
		return fmt.Sprintf("is a counter and cannot be negative (%v)", value.Float())
	}
}

func describe(group *Group) string {
	names := (&groupEncoder{}).sorted(group.Dimensions)
	pairs := make([]string, len(names))
	for i, name := range names {
		pairs[i] = name + `="` + group.Dimensions[name] + `"`
	}
	return group.Name + "{" + strings.Join(pairs, ",") + "}"
}

// isName says whether a text may name a metric or a dimension.
func isName(text string) bool {
	for i := range len(text) {
		letter := text[i] | 0x20
		if !('a' <= letter && letter <= 'z' || text[i] == '_' || i > 0 && '0' <= text[i] && text[i] <= '9') {
			return false
		}
	}
	return text != ""
}
