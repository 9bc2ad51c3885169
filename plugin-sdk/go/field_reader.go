package ocelli

import (
	"errors"
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

var errUnreadable = errors.New("the request cannot be read")

// fieldReader goes through the fields of a message that is a text, so that its texts are parts of it.
type fieldReader struct {
	text string
	at   int
	err  error

	number protowire.Number
	value  uint64
	span   string
}

// next goes to the next field; false at the end, and where err says that it cannot be read.
func (r *fieldReader) next() bool {
	for r.err == nil && r.at < len(r.text) {
		tag := r.varint()
		number := tag >> 3
		r.number, r.value, r.span = protowire.Number(min(number, math.MaxInt32)), 0, ""
		switch protowire.Type(tag & 7) {
		case protowire.VarintType:
			r.value = r.varint()
		case protowire.BytesType:
			r.span = r.take(r.varint())
		case protowire.Fixed64Type:
			r.take(8)
			continue // No field of ours.
		case protowire.Fixed32Type:
			r.take(4)
			continue
		default:
			r.fail(errUnreadable)
		}
		return r.err == nil
	}
	return false
}

func (r *fieldReader) fail(err error) {
	if r.err == nil {
		r.err = err
	}
}

func (r *fieldReader) take(length uint64) string {
	if length > uint64(len(r.text)-r.at) {
		r.fail(errUnreadable)
		return ""
	}
	from := r.at
	r.at += int(length)
	return r.text[from:r.at]
}

func (r *fieldReader) varint() uint64 {
	var value uint64
	for shift := 0; shift < 70 && r.at < len(r.text); shift += 7 {
		part := r.text[r.at]
		r.at++
		value |= uint64(part&0x7f) << shift
		if part < 0x80 {
			return value
		}
	}
	r.fail(errUnreadable)
	return 0
}
