package ocelli

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// misfit says that a value is of another kind.
func (r *settingsReader) misfit(at *schema, input any, path []string) {
	r.wrong(path, "must be %s%s", at.kindWord(), at.shown(input))
}

func (r *settingsReader) oneOf(at *schema, text string, path []string) {
	if len(at.enum) == 0 || slices.Contains(at.enum, text) {
		return
	}
	allowed, _ := json.Marshal(at.enumValues())
	list := strings.ReplaceAll(strings.Trim(string(allowed), "[]"), ",", ", ")
	r.wrong(path, "must be one of %s%s", list, at.shown(text))
	if near := nearest(text, at.enum); near != "" {
		r.found[len(r.found)-1].Detail = "did you mean " + near + "?"
	}
}

// size looks at a length or a count.
func (r *settingsReader) size(at *schema, size int, of string, path []string) {
	switch {
	case at.min != nil && float64(size) < *at.min && *at.min == 1:
		r.wrong(path, "must not be empty")
	case at.min != nil && float64(size) < *at.min:
		r.wrong(path, "must have at least %s %s", plainNumber(*at.min), of)
	case at.max != nil && float64(size) > *at.max:
		r.wrong(path, "must have at most %s %s", plainNumber(*at.max), of)
	}
}

var kindWords = map[kind]string{
	kindText: "a text", kindSecret: "a text", kindSpan: "a time such as 30s or 1m30s", kindParsed: "a text", kindWhole: "a whole number",
	kindReal: "a number", kindTruth: "true or false", kindList: "a list", kindTable: "a section of keys", kindObject: "a section of keys",
	kindAny: "JSON",
}

func (s *schema) kindWord() string { return kindWords[s.kind] }

// shown is what was given instead, where it is short enough to be shown and no secret.
func (s *schema) shown(input any) string {
	if s.kind == kindSecret {
		return ""
	}
	switch input.(type) {
	case map[string]any:
		return ", not a section"
	case []any:
		return ", not a list"
	}
	text, err := json.Marshal(input)
	if err != nil {
		return ""
	}
	if runes := []rune(string(text)); len(runes) > 80 {
		return fmt.Sprintf(", not %s…", string(runes[:80]))
	}
	return ", not " + string(text)
}

func plainNumber(number float64) string { return strconv.FormatFloat(number, 'f', -1, 64) }

// plain is a default as JSON has it.
func (s *schema) plain(value reflect.Value) any {
	if value.Kind() == reflect.Pointer {
		value = value.Elem()
	}
	if span, isSpan := value.Interface().(time.Duration); isSpan {
		return span.String()
	}
	if s.kind != kindList {
		return value.Interface()
	}
	list := make([]any, value.Len()) // A []byte would be written as text.
	for i := range list {
		list[i] = s.item.plain(value.Index(i))
	}
	return list
}

// withoutNumbers turns the numbers of parsed JSON into float64, as encoding/json gives them.
func withoutNumbers(value any) any {
	switch here := value.(type) {
	case json.Number:
		number, _ := here.Float64()
		return number
	case []any:
		for i := range here {
			here[i] = withoutNumbers(here[i])
		}
	case map[string]any:
		for key := range here {
			here[key] = withoutNumbers(here[key])
		}
	}
	return value
}
