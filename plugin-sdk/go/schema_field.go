package ocelli

import (
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// field reads the tags of one field.
func (b *schemaBuilder) field(from reflect.StructField, name, path string, order, depth int) field {
	made := field{name: name, index: from.Index, order: order, schema: b.of(from.Type, path, depth+1)}
	at := made.schema
	at.doc = from.Tag.Get("doc")
	at.min, at.max = b.bound(from, "min", path, at.min), b.bound(from, "max", path, at.max)
	if list := from.Tag.Get("enum"); list != "" {
		at.enum = strings.Split(list, ",")
	}
	if text := from.Tag.Get("pattern"); text != "" {
		pattern, err := regexp.Compile(text)
		if err != nil {
			b.problem(path, fmt.Sprintf("has a pattern that is none: %v", err))
		}
		at.pattern = pattern
	}
	text, hasDefault := from.Tag.Lookup("default")
	if hasDefault && len(b.problems) == 0 {
		made.fallback = b.fallback(at, from.Type, text, path, name)
	}
	made.required = !hasDefault && from.Tag.Get("optional") != "true" && from.Type.Kind() != reflect.Pointer && !at.canBeEmpty()
	if at.kind == kindSecret && made.required && at.min == nil {
		at.min = ptr(1.0)
	}
	return made
}

// canBeEmpty says whether a section needs nothing said: all its keys may be left out.
func (s *schema) canBeEmpty() bool {
	if s.kind != kindObject {
		return false
	}
	for _, one := range s.fields {
		if one.required {
			return false
		}
	}
	return true
}

func (b *schemaBuilder) bound(from reflect.StructField, key, path string, otherwise *float64) *float64 {
	text, said := from.Tag.Lookup(key)
	if !said {
		return otherwise
	}
	number, err := strconv.ParseFloat(text, 64)
	if err != nil {
		b.problem(path, fmt.Sprintf("has %s:%q, which is no number", key, text))
		return otherwise
	}
	return &number
}

// fallback reads a default as a plugin file would: text as it is, a list with commas or as JSON, everything else as JSON.
func (b *schemaBuilder) fallback(at *schema, goType reflect.Type, text, path, name string) reflect.Value {
	var input any = text
	switch at.kind {
	case kindText, kindSecret, kindSpan, kindParsed:
		if text == "" && at.kind != kindText {
			return reflect.Value{}
		}
	case kindList:
		if !strings.HasPrefix(text, "[") {
			parts, _ := json.Marshal(splitList(text))
			if at.item.kind > kindParsed {
				parts = []byte("[" + text + "]")
			}
			text = string(parts)
		}
		fallthrough
	default:
		parsed, err := parseJSON([]byte(text))
		if err != nil {
			b.problem(path, fmt.Sprintf("has the default %q, which is no %s", text, at.kindWord()))
			return reflect.Value{}
		}
		input = parsed
	}
	value := reflect.New(goType).Elem()
	reader := &settingsReader{}
	reader.read(at, input, value, []string{name})
	for _, one := range reader.found {
		b.problem(path, fmt.Sprintf("has a default of which its own tags say: %s", one.Summary))
	}
	return value
}

func splitList(text string) []string {
	parts := []string{}
	for _, part := range strings.Split(text, ",") {
		if part = strings.TrimSpace(part); part != "" {
			parts = append(parts, part)
		}
	}
	return parts
}

// snakeCase is WaitTime as wait_time, and HTTPPort as http_port.
func snakeCase(name string) string {
	var snake strings.Builder
	runes := []rune(name)
	for i, letter := range runes {
		starts := i > 0 && unicode.IsUpper(letter) &&
			(!unicode.IsUpper(runes[i-1]) || (i+1 < len(runes) && unicode.IsLower(runes[i+1])))
		if starts {
			snake.WriteByte('_')
		}
		snake.WriteRune(unicode.ToLower(letter))
	}
	return snake.String()
}
