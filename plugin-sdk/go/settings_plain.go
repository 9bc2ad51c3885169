package ocelli

import (
	"encoding"
	"encoding/json"
	"math"
	"reflect"
	"strconv"
	"time"
	"unicode/utf8"
)

func (r *settingsReader) text(at *schema, input any, into reflect.Value, path []string) {
	text, fits := input.(string)
	if !fits {
		r.misfit(at, input, path)
		return
	}
	masked := r.hidden && text == placeholder
	switch at.kind {
	case kindSecret:
		into.Set(reflect.ValueOf(NewSecret(text)))
	case kindSpan:
		span, err := time.ParseDuration(text)
		if err != nil {
			r.misfit(at, input, path)
		}
		into.SetInt(int64(span))
	case kindParsed:
		if err := into.Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(text)); err != nil {
			r.wrong(path, "cannot be read: %v", err)
		}
	default:
		into.SetString(text)
	}
	if masked {
		return
	}
	r.size(at, utf8.RuneCountInString(text), "characters", path)
	r.oneOf(at, text, path)
	if at.pattern != nil && !at.pattern.MatchString(text) {
		r.wrong(path, "must look like %s%s", at.pattern, at.shown(input))
	}
}

func (r *settingsReader) number(at *schema, input any, into reflect.Value, path []string) {
	written, fits := input.(json.Number)
	number, err := strconv.ParseFloat(string(written), 64)
	if !fits || err != nil || (at.kind == kindWhole && number != math.Trunc(number)) {
		r.misfit(at, input, path)
		return
	}
	if at.min != nil && number < *at.min {
		r.wrong(path, "must be at least %v%s", plainNumber(*at.min), at.shown(input))
		return
	}
	if at.max != nil && number > *at.max {
		r.wrong(path, "must be at most %v%s", plainNumber(*at.max), at.shown(input))
		return
	}
	r.oneOf(at, string(written), path)
	switch {
	case at.kind == kindReal:
		into.SetFloat(number)
	case into.CanUint():
		count, err := strconv.ParseUint(string(written), 10, 64)
		if err != nil {
			count = uint64(number)
		}
		into.SetUint(count)
	default:
		count, err := strconv.ParseInt(string(written), 10, 64)
		if err != nil {
			count = int64(number)
		}
		into.SetInt(count)
	}
}
