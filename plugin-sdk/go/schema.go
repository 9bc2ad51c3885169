package ocelli

import (
	"encoding"
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"time"
)

// schema is what may stand in one place of the settings, made from a type of the author's and the tags of its field:
//
//	json:"port"    the key; the field's name in snake case where there is none
//	default:"161"  what holds where the key is left out; without it the key is required
//	optional:"true"  the key may be left out, and the field keeps its zero value; so may pointers
//	min:"1" max:"65535"  bounds of a number, of the length of a text, or of the number of elements of a list
//	enum:"1,2c,3"  the only values; pattern:"^[a-z]+$" what a text looks like
//	doc:"UDP port"  one sentence for people
type schema struct {
	kind   kind
	goType reflect.Type
	fields []field
	// Of a list or of a table of keys.
	item *schema

	min, max *float64
	enum     []string
	pattern  *regexp.Regexp
	doc      string
}

type kind int

const (
	kindText kind = iota
	kindSecret
	kindSpan
	kindParsed // A type that reads itself from text, such as netip.Addr.
	kindWhole
	kindReal
	kindTruth
	kindList
	kindTable // Any keys, all of one kind.
	kindObject
	kindAny
)

type field struct {
	name     string
	index    []int
	order    int
	required bool
	// What holds where the key is left out; invalid where that is the zero value.
	fallback reflect.Value
	schema   *schema
}

var (
	secretType = reflect.TypeFor[Secret]()
	spanType   = reflect.TypeFor[time.Duration]()
	readsText  = reflect.TypeFor[encoding.TextUnmarshaler]()
)

// deepest is how far settings may be nested: a type that holds itself has no end.
const deepest = 12

// schemaOf turns a struct of sections into a schema, or says everything that stands in the way.
func schemaOf(settings reflect.Type) (*schema, []string) {
	builder := &schemaBuilder{}
	if settings.Kind() != reflect.Struct {
		return nil, []string{fmt.Sprintf("its settings are %s: use a struct of sections, struct{} for none", settings)}
	}
	root := builder.object(settings, "", 0)
	for _, section := range root.fields {
		if kind := section.schema.kind; kind != kindObject && kind != kindTable {
			builder.problem(settings.FieldByIndex(section.index).Name, "is no section: settings are a struct of structs, as the plugin file has sections of keys")
		}
	}
	return root, builder.problems
}

type schemaBuilder struct{ problems []string }

func (b *schemaBuilder) problem(path, text string) {
	b.problems = append(b.problems, fmt.Sprintf("field %s of its settings %s", path, text))
}

func (b *schemaBuilder) of(goType reflect.Type, path string, depth int) *schema {
	made := &schema{goType: goType}
	switch {
	case goType == secretType:
		made.kind = kindSecret
		return made
	case goType == spanType:
		made.kind = kindSpan
		return made
	case reflect.PointerTo(goType).Implements(readsText):
		made.kind = kindParsed
		return made
	case depth > deepest:
		b.problem(path, "is nested without end")
		return made
	}
	switch goType.Kind() {
	case reflect.String:
		made.kind = kindText
	case reflect.Bool:
		made.kind = kindTruth
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		made.kind = kindWhole
		made.min, made.max = boundsOf(goType)
	case reflect.Float32, reflect.Float64:
		made.kind = kindReal
	case reflect.Slice:
		made.kind, made.item = kindList, b.of(goType.Elem(), path+"[]", depth+1)
	case reflect.Map:
		made.kind, made.item = kindTable, b.of(goType.Elem(), path+"{}", depth+1)
		if goType.Key().Kind() != reflect.String {
			b.problem(path, fmt.Sprintf("is %s: the keys of a map are texts", goType))
		}
	case reflect.Pointer:
		*made = *b.of(goType.Elem(), path, depth+1)
	case reflect.Struct:
		return b.object(goType, path, depth)
	case reflect.Interface:
		made.kind = kindAny
		if goType.NumMethod() > 0 {
			b.problem(path, fmt.Sprintf("is %s: only any can hold whatever JSON says", goType))
		}
	default:
		b.problem(path, fmt.Sprintf("is %s, which no setting can be", goType))
	}
	return made
}

func (b *schemaBuilder) object(goType reflect.Type, path string, depth int) *schema {
	made := &schema{kind: kindObject, goType: goType}
	if depth > deepest {
		b.problem(path, "is nested without end")
		return made
	}
	for _, one := range reflect.VisibleFields(goType) {
		name, _, _ := strings.Cut(one.Tag.Get("json"), ",")
		if !one.IsExported() || name == "-" || (one.Anonymous && name == "" && one.Type.Kind() == reflect.Struct) {
			continue
		}
		if name == "" {
			name = snakeCase(one.Name)
		}
		inner := strings.TrimPrefix(path+"."+one.Name, ".")
		made.fields = append(made.fields, b.field(one, name, inner, len(made.fields)+1, depth))
	}
	return made
}

func boundsOf(goType reflect.Type) (lowest, highest *float64) {
	bits := goType.Bits()
	if kind := goType.Kind(); kind >= reflect.Uint && kind <= reflect.Uint64 {
		lowest = new(float64)
		if bits < 64 {
			highest = ptr(float64(uint64(1)<<bits - 1))
		}
	} else if bits < 64 {
		lowest, highest = ptr(-float64(uint64(1)<<(bits-1))), ptr(float64(uint64(1)<<(bits-1)-1))
	}
	return lowest, highest
}

func ptr[T any](value T) *T { return &value }
