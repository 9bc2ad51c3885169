package ocelli

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// settingsReader fills a value of the author's type and collects everything that is wrong.
type settingsReader struct {
	hidden  bool
	skipped bool
	found   []Diagnostic
}

func (r *settingsReader) wrong(path []string, format string, args ...any) {
	name := "the settings"
	if len(path) > 0 {
		name = path[len(path)-1]
	}
	r.found = append(r.found, Diagnostic{Path: toPointer(path), Summary: name + " " + fmt.Sprintf(format, args...)})
}

func (r *settingsReader) read(at *schema, input any, into reflect.Value, path []string) {
	if r.hidden && input == placeholder && at.kind != kindText && at.kind != kindSecret {
		r.skipped = true // It is a secret, and nobody can tell yet whether it fits.
		return
	}
	if into.Kind() == reflect.Pointer {
		into.Set(reflect.New(into.Type().Elem()))
		r.read(at, input, into.Elem(), path)
		return
	}
	switch at.kind {
	case kindText, kindSecret, kindSpan, kindParsed:
		r.text(at, input, into, path)
	case kindWhole, kindReal:
		r.number(at, input, into, path)
	case kindTruth:
		if truth, fits := input.(bool); fits {
			into.SetBool(truth)
		} else {
			r.misfit(at, input, path)
		}
	case kindList:
		r.list(at, input, into, path)
	case kindTable:
		r.table(at, input, into, path)
	case kindObject:
		r.object(at, input, into, path)
	case kindAny:
		if input != nil {
			into.Set(reflect.ValueOf(withoutNumbers(input)))
		}
	}
}

func (r *settingsReader) object(at *schema, input any, into reflect.Value, path []string) {
	given, fits := input.(map[string]any)
	if !fits {
		r.misfit(at, input, path)
		return
	}
	names := make([]string, len(at.fields))
	for i, one := range at.fields {
		names[i] = one.name
		inner := append(slices.Clone(path), one.name)
		value, said := given[one.name]
		target := into.FieldByIndex(one.index)
		switch {
		case said:
			r.read(one.schema, value, target, inner)
		case one.fallback.IsValid():
			target.Set(one.fallback)
		case one.required:
			r.found = append(r.found, Diagnostic{Path: toPointer(inner), Summary: one.name + " is missing", Detail: one.schema.doc})
		case one.schema.kind == kindObject && target.Kind() == reflect.Struct:
			r.read(one.schema, map[string]any{}, target, inner) // Its defaults hold.
		}
	}
	for _, key := range slices.Sorted(maps.Keys(given)) {
		if slices.Contains(names, key) {
			continue
		}
		detail := "no keys are known here"
		if near := nearest(key, names); near != "" {
			detail = "did you mean " + near + "?"
		} else if len(names) > 0 {
			detail = "known here: " + strings.Join(names, ", ")
		}
		r.found = append(r.found, Diagnostic{Path: toPointer(append(slices.Clone(path), key)), Summary: "unknown key " + key, Detail: detail})
	}
}

func (r *settingsReader) list(at *schema, input any, into reflect.Value, path []string) {
	given, fits := input.([]any)
	if !fits {
		r.misfit(at, input, path)
		return
	}
	r.size(at, len(given), "elements", path)
	into.Set(reflect.MakeSlice(into.Type(), len(given), len(given)))
	for i, one := range given {
		r.read(at.item, one, into.Index(i), append(slices.Clone(path), strconv.Itoa(i)))
	}
}

func (r *settingsReader) table(at *schema, input any, into reflect.Value, path []string) {
	given, fits := input.(map[string]any)
	if !fits {
		r.misfit(at, input, path)
		return
	}
	r.size(at, len(given), "keys", path)
	into.Set(reflect.MakeMapWithSize(into.Type(), len(given)))
	for _, key := range slices.Sorted(maps.Keys(given)) {
		value := reflect.New(into.Type().Elem()).Elem()
		r.read(at.item, given[key], value, append(slices.Clone(path), key))
		into.SetMapIndex(reflect.ValueOf(key).Convert(into.Type().Key()), value)
	}
}
