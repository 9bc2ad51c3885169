package ocelli

import (
	"time"

	"google.golang.org/protobuf/encoding/protowire"
)

// workRequest is a PollRequest or an EnrichRequest, read by hand: a batch holds hundreds of items, and what the usual codec makes
// of each costs more than all the rest of a quick run.
type workRequest struct{ items []workItem }

// workItem is ocelli.plugin.v1.Item. Its texts are parts of one.
type workItem struct {
	number      uint32
	hasRun      bool
	run         workRun
	hasResource bool
	resource    Resource
	enrichments []fact
}

// workRun is ocelli.plugin.v1.Run, as far as a run needs it.
type workRun struct {
	plugin, revision, state string
	fence                   uint64
	deadlineMs, frequencyMs uint32
	slotAtMs                int64
}

// fact is ocelli.resource.v1.EnrichmentSet, as far as a run needs it.
type fact struct{ namespace, data, resourceID string }

// unmarshal reads the items. Each is copied by itself: an author who keeps a text keeps no whole request.
func (r *workRequest) unmarshal(bytes []byte) error {
	count := 0
	err := eachItem(bytes, func([]byte) error {
		count++
		return nil
	})
	if err != nil {
		return err
	}
	r.items = make([]workItem, count)
	return eachItem(bytes, func(span []byte) error {
		one := &r.items[len(r.items)-count]
		count--
		return one.read(string(span))
	})
}

func eachItem(bytes []byte, each func(span []byte) error) error {
	for len(bytes) > 0 {
		number, kind, size := protowire.ConsumeTag(bytes)
		if size < 0 {
			return errUnreadable
		}
		length := protowire.ConsumeFieldValue(number, kind, bytes[size:])
		if length < 0 {
			return errUnreadable
		}
		if number == 1 && kind == protowire.BytesType {
			span, _ := protowire.ConsumeBytes(bytes[size:])
			if err := each(span); err != nil {
				return err
			}
		}
		bytes = bytes[size+length:]
	}
	return nil
}

func (i *workItem) read(text string) error {
	fields := fieldReader{text: text}
	for fields.next() {
		switch fields.number {
		case 1:
			i.number = uint32(fields.value)
		case 2:
			i.hasRun = true
			fields.fail(i.run.read(fields.span))
		case 3:
			i.hasResource = true
			fields.fail(readResource(&i.resource, fields.span))
		case 4:
			var one fact
			fields.fail(one.read(fields.span))
			i.enrichments = append(i.enrichments, one)
		}
	}
	return fields.err
}

func (r *workRun) read(text string) error {
	fields := fieldReader{text: text}
	for fields.next() {
		switch fields.number {
		case 1:
			r.plugin = fields.span
		case 2:
			r.revision = fields.span
		case 3:
			r.fence = fields.value
		case 5:
			r.deadlineMs = uint32(fields.value)
		case 6:
			r.slotAtMs = int64(fields.value)
		case 7:
			r.frequencyMs = uint32(fields.value)
		case 8:
			r.state = fields.span
		}
	}
	return fields.err
}

func readResource(to *Resource, text string) error {
	fields := fieldReader{text: text}
	for fields.next() {
		switch fields.number {
		case 1:
			to.ID = fields.span
		case 2:
			to.Site = fields.span
		case 3:
			to.Class = fields.span
		case 4:
			to.Subclass = fields.span
		case 5:
			to.Type = fields.span
		case 6:
			to.Endpoint = fields.span
		case 7:
			pair := fieldReader{text: fields.span}
			texts := [3]string{}
			for pair.next() {
				if pair.number <= 2 {
					texts[pair.number] = pair.span
				}
			}
			fields.fail(pair.err)
			if to.Metadata == nil {
				to.Metadata = make(map[string]string, 8)
			}
			to.Metadata[texts[1]] = texts[2]
		case 8:
			to.Parents = append(to.Parents, fields.span)
		case 9:
			to.TTL = time.Duration(uint32(fields.value)) * time.Second
		}
	}
	return fields.err
}

func (f *fact) read(text string) error {
	fields := fieldReader{text: text}
	for fields.next() {
		switch fields.number {
		case 1:
			f.namespace = fields.span
		case 4:
			f.data = fields.span
		case 5:
			f.resourceID = fields.span
		}
	}
	return fields.err
}
