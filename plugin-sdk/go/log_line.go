package ocelli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"reflect"
	"time"
)

func atMs(at time.Time) int64 {
	if at.IsZero() {
		return 0
	}
	return at.UnixMilli()
}

// What a line says of itself: whoever reads it must not be told another time, level or plugin by an attribute of that name.
var ofTheLine = map[string]bool{"level": true, "time": true, "msg": true, "plugin": true, "resource": true}

// appendAttr writes an attribute with a comma before it; the names of groups stand before its own, with dots. One that is named as
// something of the line's own, such as time, becomes time_.
func appendAttr(line []byte, groups []string, attr slog.Attr) []byte {
	value := attr.Value.Resolve()
	if value.Kind() == slog.KindGroup {
		within := groups
		if attr.Key != "" {
			within = append(append([]string(nil), groups...), attr.Key)
		}
		for _, one := range value.Group() {
			line = appendAttr(line, within, one)
		}
		return line
	}
	if attr.Key == "" && value.Any() == nil {
		return line
	}
	name := attr.Key
	if len(groups) == 0 && ofTheLine[name] {
		name += "_"
	}
	for i := len(groups) - 1; i >= 0; i-- {
		name = groups[i] + "." + name
	}
	line = append(appendJSON(append(line, ','), name), ':')
	return appendJSON(line, plain(value))
}

// plain is what a value is written as: errors with type and message, spans in words, whatever cannot be JSON as it prints.
func plain(value slog.Value) any {
	switch content := value.Any().(type) {
	case error:
		return map[string]string{"type": reflect.TypeOf(content).String(), "message": content.Error()}
	case time.Duration:
		return content.String()
	default:
		return content
	}
}

func appendJSON(line []byte, value any) []byte {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		text.Reset()
		_ = encoder.Encode(fmt.Sprintf("%+v", value))
	}
	return append(line, bytes.TrimSuffix(text.Bytes(), []byte("\n"))...)
}
