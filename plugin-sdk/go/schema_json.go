package ocelli

import "encoding/json"

// settingsSchemaJSON is the JSON Schema (2020-12) of what may be written.
func (s *schema) settingsSchemaJSON() string {
	root := s.words()
	root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	text, _ := json.Marshal(root) // Made of texts and numbers only.
	return string(text)
}

var jsonTypes = map[kind]string{
	kindText: "string", kindSecret: "string", kindSpan: "string", kindParsed: "string", kindWhole: "integer", kindReal: "number",
	kindTruth: "boolean", kindList: "array", kindTable: "object", kindObject: "object",
}

func (s *schema) words() map[string]any {
	words := map[string]any{}
	if name, typed := jsonTypes[s.kind]; typed {
		words["type"] = name
	}
	if s.doc != "" {
		words["description"] = s.doc
	}
	lowest, highest := "minimum", "maximum"
	switch s.kind {
	case kindText, kindSecret, kindSpan, kindParsed:
		lowest, highest = "minLength", "maxLength"
	case kindList:
		lowest, highest = "minItems", "maxItems"
		words["items"] = s.item.words()
	case kindTable:
		lowest, highest = "minProperties", "maxProperties"
		words["additionalProperties"] = s.item.words()
	case kindObject:
		s.objectWords(words)
	}
	if s.kind == kindSecret {
		words["x-secret"] = true
	}
	if s.kind == kindSpan {
		words["pattern"] = `^[+-]?(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$|^0$`
	}
	if s.min != nil {
		words[lowest] = *s.min
	}
	if s.max != nil {
		words[highest] = *s.max
	}
	if s.pattern != nil {
		words["pattern"] = s.pattern.String()
	}
	if len(s.enum) > 0 {
		words["enum"] = s.enumValues()
	}
	return words
}

func (s *schema) objectWords(words map[string]any) {
	properties, required := map[string]any{}, []string{}
	for _, one := range s.fields {
		inner := one.schema.words()
		inner["x-order"] = one.order
		if one.fallback.IsValid() && one.schema.kind != kindSecret {
			inner["default"] = one.schema.plain(one.fallback)
		}
		if one.required {
			required = append(required, one.name)
		}
		properties[one.name] = inner
	}
	words["properties"] = properties
	words["additionalProperties"] = false
	if len(required) > 0 {
		words["required"] = required
	}
}

// enumValues are the allowed values as JSON has them.
func (s *schema) enumValues() []any {
	values := make([]any, len(s.enum))
	for i, text := range s.enum {
		values[i] = text
		if s.kind == kindWhole || s.kind == kindReal {
			values[i] = json.Number(text)
		}
	}
	return values
}
