package ocelli

import (
	"math"
	"reflect"
	"testing"
	"time"

	pluginv1 "ocelli.dev/plugin-sdk/go/gen/ocelli/plugin/v1"
	resourcev1 "ocelli.dev/plugin-sdk/go/gen/ocelli/resource/v1"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
)

func encoded(t *testing.T, message proto.Message) []byte {
	t.Helper()
	bytes, err := proto.Marshal(message)
	if err != nil {
		t.Fatal(err)
	}
	return bytes
}

func TestARequestIsReadAsTheUsualCodecReadsIt(t *testing.T) {
	request := &pluginv1.PollRequest{Items: []*pluginv1.Item{
		{Item: math.MaxUint32, Run: &pluginv1.Run{
			Plugin: "p", Revision: "1", Fence: math.MaxUint64, LeaseMs: 1, DeadlineMs: 2, SlotAtMs: -3, FrequencyMs: 4, State: []byte{0, 0xff}, Traceparent: "t",
		}, Resource: &resourcev1.Resource{
			Id: "größe", Site: "s", Class: "c", Subclass: "sc", Type: "ty", Endpoint: "e", Metadata: map[string]string{"a": "b", "": "", "c": ""}, Parents: []string{"x", ""}, TtlS: 5,
		}, Enrichments: []*resourcev1.EnrichmentSet{{Namespace: "n", Schema: "0.1", TtlS: 6, DataJson: []byte("{}"), ResourceId: "r"}}},
		{Resource: &resourcev1.Resource{}},
		{},
	}}
	// A newer host may say more, in fields of every kind.
	bytes := protowire.AppendVarint(protowire.AppendTag(encoded(t, request), 99, protowire.VarintType), 1)
	item := protowire.AppendFixed64(protowire.AppendTag(encoded(t, &pluginv1.Item{Item: 7}), 98, protowire.Fixed64Type), 1)
	item = protowire.AppendFixed32(protowire.AppendTag(item, 97, protowire.Fixed32Type), 1)
	bytes = protowire.AppendBytes(protowire.AppendTag(bytes, 1, protowire.BytesType), item)
	var got workRequest
	if err := got.unmarshal(bytes); err != nil {
		t.Fatal(err)
	}
	want := []workItem{
		{number: math.MaxUint32, hasRun: true, run: workRun{plugin: "p", revision: "1", state: "\x00\xff", fence: math.MaxUint64, deadlineMs: 2, slotAtMs: -3, frequencyMs: 4}, hasResource: true,
			resource:    Resource{ID: "größe", Site: "s", Class: "c", Subclass: "sc", Type: "ty", Endpoint: "e", Metadata: map[string]string{"a": "b", "": "", "c": ""}, Parents: []string{"x", ""}, TTL: 5 * time.Second},
			enrichments: []fact{{namespace: "n", data: "{}", resourceID: "r"}}},
		{hasResource: true}, {}, {number: 7},
	}
	if !reflect.DeepEqual(got.items, want) {
		t.Errorf("it reads\n%+v\nnot\n%+v", got.items, want)
	}
}

func FuzzARequestNeverHarms(f *testing.F) {
	bytes, _ := proto.Marshal(&pluginv1.PollRequest{Items: []*pluginv1.Item{{Item: 1, Run: &pluginv1.Run{Plugin: "p"}, Resource: &resourcev1.Resource{Id: "r", Metadata: map[string]string{"a": "b"}}}}})
	f.Add(bytes)
	f.Add([]byte{0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01})
	f.Add([]byte{0x0a, 0x02, 0x1a, 0x7f})
	f.Fuzz(func(t *testing.T, bytes []byte) {
		var ours workRequest
		err := ours.unmarshal(bytes)
		var theirs pluginv1.PollRequest
		if proto.Unmarshal(bytes, &theirs) == nil && err == nil && len(ours.items) != len(theirs.GetItems()) {
			t.Errorf("%d items, not %d", len(ours.items), len(theirs.GetItems()))
		}
	})
}
