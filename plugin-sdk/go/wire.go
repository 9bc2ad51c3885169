package ocelli

import (
	"unicode/utf8"

	resourcev1 "ocelli.dev/plugin-sdk/go/gen/ocelli/resource/v1"

	"google.golang.org/grpc/encoding"
	_ "google.golang.org/grpc/encoding/proto" // The codec of every other message.
	"google.golang.org/grpc/mem"
	"google.golang.org/protobuf/encoding/protowire"
)

// frame is a message that is encoded already.
type frame []byte

// codec sends frames as they are and leaves everything else to the usual codec.
type codec struct{ encoding.CodecV2 }

func newCodec() codec { return codec{encoding.GetCodecV2("proto")} }

func (c codec) Marshal(message any) (mem.BufferSlice, error) {
	if encoded, ready := message.(frame); ready {
		return mem.BufferSlice{mem.SliceBuffer(encoded)}, nil
	}
	return c.CodecV2.Marshal(message)
}

// Unmarshal reads a request for work by hand.
func (c codec) Unmarshal(data mem.BufferSlice, into any) error {
	request, work := into.(*workRequest)
	if !work {
		return c.CodecV2.Unmarshal(data, into)
	}
	buffer := data.MaterializeToBuffer(mem.DefaultBufferPool())
	defer buffer.Free()
	return request.unmarshal(buffer.ReadOnlyData())
}

// The fields of PollAnswer and EnrichAnswer, and of the responses around them: the same in both.
const (
	answersField  = 1
	progressField = 2
	itemField     = 1
	faultField    = 3
	stateField    = 4
	setStateField = 5
	moreField     = 6
)

// appendAnswer writes a response with one answer. Several of them in a row are a response with several answers.
func appendAnswer(to []byte, item uint32, content, fault []byte, end outcome, more bool) []byte {
	size := 1 + protowire.SizeVarint(uint64(item)) + len(content)
	if fault != nil {
		size += 1 + protowire.SizeBytes(len(fault))
	}
	if end.set {
		size += 1 + protowire.SizeBytes(len(end.state)) + 2
	}
	if more {
		size += 2
	}
	to = protowire.AppendTag(to, answersField, protowire.BytesType)
	to = protowire.AppendVarint(to, uint64(size))
	to = protowire.AppendTag(to, itemField, protowire.VarintType)
	to = protowire.AppendVarint(to, uint64(item))
	to = append(to, content...)
	if fault != nil {
		to = protowire.AppendBytes(protowire.AppendTag(to, faultField, protowire.BytesType), fault)
	}
	if end.set {
		to = protowire.AppendBytes(protowire.AppendTag(to, stateField, protowire.BytesType), end.state)
		to = append(to, setStateField<<3, 1)
	}
	if more {
		to = append(to, moreField<<3, 1)
	}
	return to
}

// appendProgress writes a response with one wish for more time.
func appendProgress(to []byte, item, extendMs uint32) []byte {
	size := 2 + protowire.SizeVarint(uint64(item)) + protowire.SizeVarint(uint64(extendMs))
	to = protowire.AppendTag(to, progressField, protowire.BytesType)
	to = protowire.AppendVarint(to, uint64(size))
	to = protowire.AppendVarint(protowire.AppendTag(to, 1, protowire.VarintType), uint64(item))
	return protowire.AppendVarint(protowire.AppendTag(to, 2, protowire.VarintType), uint64(extendMs))
}

// A fault's sentence is at most this long, in bytes.
const sentenceMaxBytes = 1024

// faultToWire is a fault as it leaves the module: without secrets, and not longer than anybody reads.
func faultToWire(fault *PollFault, redact *redactor) *resourcev1.Fault {
	retry := fault.Retry
	if retry == RetryDefault {
		retry = RetryNextSlot
	}
	return &resourcev1.Fault{
		Message: short(redact.apply(valid(fault.Message)), sentenceMaxBytes),
		Origin:  resourcev1.FaultOrigin(fault.origin()),
		Retry:   resourcev1.FaultRetry(retry),
		Scope:   resourcev1.FaultScope_FAULT_SCOPE_ITEM,
		Status:  resourcev1.PollStatus(fault.Status),
	}
}

// short cuts a text at a character's edge, with an ellipsis where something is missing.
func short(text string, maxBytes int) string {
	if len(text) <= maxBytes {
		return text
	}
	end := maxBytes - len("…")
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + "…"
}
