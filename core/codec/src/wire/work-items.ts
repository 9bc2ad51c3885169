import { create, toBinary } from "@bufbuild/protobuf";
import type { Run, WorkItem } from "@ocelli/model";
import { EnrichmentSetSchema, ResourceSchema } from "@ocelli/proto/resource";
import { tagOf, wire } from "../bytes/reader.js";
import { WireWriter } from "../bytes/writer.js";
import { resourceToProto } from "../resource.js";

/** The items of ocelli.plugin.v1.PollRequest and EnrichRequest, which are the same. */
const items = tagOf(1, wire.span);

/** The fields of ocelli.plugin.v1.Item. */
const itemTag = {
  item: tagOf(1, wire.varint),
  run: tagOf(2, wire.span),
  resource: tagOf(3, wire.span),
  enrichments: tagOf(4, wire.span),
} as const;

/** The fields of ocelli.plugin.v1.Run. */
const runTag = {
  plugin: tagOf(1, wire.span),
  revision: tagOf(2, wire.span),
  fence: tagOf(3, wire.varint),
  leaseMs: tagOf(4, wire.varint),
  deadlineMs: tagOf(5, wire.varint),
  slotAtMs: tagOf(6, wire.varint),
  frequencyMs: tagOf(7, wire.varint),
  state: tagOf(8, wire.span),
  traceparent: tagOf(9, wire.span),
} as const;

// One writer for each depth: a message is finished before its length can be written in the one around it.
const requestWriter = new WireWriter();
const itemWriter = new WireWriter();
const runWriter = new WireWriter();

/** A request about the items at `indexes`, numbered from 1 by their index, less the time that went by since they were handed
 *  over. Resources and states are passed on as they came. */
export function encodeWorkRequest(all: readonly WorkItem[], indexes: readonly number[], waitedMs: number): Uint8Array {
  requestWriter.drop();
  for (const index of indexes) {
    const item = all[index];
    if (item) requestWriter.message(items, encodeItem(index, item, waitedMs));
  }
  return requestWriter.finish();
}

function encodeItem(index: number, item: WorkItem, waitedMs: number): Uint8Array {
  itemWriter.drop();
  itemWriter.uint32(itemTag.item, index + 1);
  itemWriter.message(itemTag.run, encodeRun(item.run, waitedMs));
  itemWriter.message(itemTag.resource, item.resourceBytes ?? toBinary(ResourceSchema, resourceToProto(item.resource)));
  for (const set of item.enrichments)
    itemWriter.message(itemTag.enrichments, toBinary(EnrichmentSetSchema, create(EnrichmentSetSchema, set)));
  return itemWriter.finish();
}

function encodeRun(run: Run, waitedMs: number): Uint8Array {
  runWriter.drop();
  runWriter.text(runTag.plugin, run.plugin);
  runWriter.text(runTag.revision, run.revision);
  runWriter.int64(runTag.fence, run.fence);
  runWriter.uint32(runTag.leaseMs, Math.max(0, Math.round(run.leaseMs - waitedMs)));
  runWriter.uint32(runTag.deadlineMs, Math.max(1, Math.round(run.deadlineMs - waitedMs)));
  runWriter.int64(runTag.slotAtMs, run.slotAtMs);
  runWriter.uint32(runTag.frequencyMs, run.frequencyMs);
  runWriter.bytes(runTag.state, run.state);
  runWriter.text(runTag.traceparent, run.traceparent);
  return runWriter.finish();
}
