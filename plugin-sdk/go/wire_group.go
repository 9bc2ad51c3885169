package ocelli

import (
	"strings"
	"unicode/utf8"

	resourcev1 "ocelli.dev/plugin-sdk/go/gen/ocelli/resource/v1"

	"google.golang.org/protobuf/encoding/protowire"
)

func appendMetric(to []byte, name string, value Value) []byte {
	kind := uint64(resourcev1.MetricType_METRIC_TYPE_GAUGE)
	if value.IsCounter() {
		kind = uint64(resourcev1.MetricType_METRIC_TYPE_COUNTER)
	}
	number := 9
	if value.whole {
		number = 1 + protowire.SizeVarint(value.bits)
	}
	to = protowire.AppendTag(to, 3, protowire.BytesType)
	to = protowire.AppendVarint(to, uint64(1+protowire.SizeBytes(len(name))+2+number))
	to = appendText(to, 1, name)
	to = append(to, 2<<3|byte(protowire.VarintType), byte(kind))
	if value.whole {
		to = protowire.AppendTag(to, 4, protowire.VarintType)
		return protowire.AppendVarint(to, value.bits)
	}
	to = protowire.AppendTag(to, 3, protowire.Fixed64Type)
	return protowire.AppendFixed64(to, value.bits)
}

func appendText(to []byte, field protowire.Number, text string) []byte {
	return protowire.AppendString(protowire.AppendTag(to, field, protowire.BytesType), valid(text))
}

// appendPair writes a message of a name and a value.
func appendPair(to []byte, field protowire.Number, name, value string) []byte {
	value = valid(value)
	to = protowire.AppendTag(to, field, protowire.BytesType)
	to = protowire.AppendVarint(to, uint64(2+protowire.SizeBytes(len(name))+protowire.SizeBytes(len(value))))
	return appendText(appendText(to, 1, name), 2, value)
}

// valid puts the replacement character where bytes are no UTF-8: devices say anything.
func valid(text string) string {
	if utf8.ValidString(text) {
		return text
	}
	return strings.ToValidUTF8(text, "\uFFFD")
}
