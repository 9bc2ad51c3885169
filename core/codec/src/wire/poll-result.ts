import { toBinary } from "@bufbuild/protobuf";
import { type PackedGroups, type PackedResult, type PollStatus, pollStatuses, statusNumber } from "@ocelli/model";
import { FaultSchema } from "@ocelli/proto/resource";
import { tagOf, WireReader, wire } from "../bytes/reader.js";
import { WireWriter } from "../bytes/writer.js";
import { faultToProto } from "../fault.js";
import { kindWords } from "../words.js";
import { packGroups } from "./packed-groups.js";

/** The fields of ocelli.task.v1.Result. */
const tag = {
  kind: tagOf(1, wire.varint),
  plugin: tagOf(2, wire.span),
  resource: tagOf(3, wire.span),
  fence: tagOf(4, wire.varint),
  part: tagOf(5, wire.varint),
  last: tagOf(6, wire.varint),
  agentId: tagOf(7, wire.span),
  slotAtMs: tagOf(8, wire.varint),
  startedAtMs: tagOf(9, wire.varint),
  finishedAtMs: tagOf(10, wire.varint),
  frequencyMs: tagOf(11, wire.varint),
  pluginRevision: tagOf(12, wire.span),
  status: tagOf(13, wire.varint),
  fault: tagOf(14, wire.span),
  onDemand: tagOf(18, wire.varint),
} as const;

/** A part aims to stay below this, in bytes; NATS takes 1 MiB by default. */
const partBytes = 512 * 1024;

const writer = new WireWriter();
const reader = new WireReader();
const polling = kindWords.to("polling");

/** The results of one poll, in parts that the broker takes, as the bytes of ocelli.task.v1.Result. Its groups are passed on
 *  as they are; where none is called `status`, one is added that says how the poll ended and when: `receivedAtMs`. */
export function encodePollResult(result: PackedResult, receivedAtMs: number): Uint8Array[] {
  const { groups } = result;
  const own = groups.some(({ hasStatus }) => hasStatus) ? undefined : statusGroup(result.status, receivedAtMs);
  let bytes = own?.length ?? 0;
  for (const some of groups) bytes += some.bytes.length;
  const fault = result.fault && toBinary(FaultSchema, faultToProto(result.fault));
  if (bytes <= partBytes) {
    begin(result, 0, true, fault);
    for (const some of groups) writer.raw(some.bytes);
    if (own) writer.raw(own);
    return [end(result)];
  }
  const parts = split(groups, own);
  return parts.map((part, i) => {
    begin(result, i, i === parts.length - 1, fault);
    for (const some of part) writer.raw(some);
    return end(result);
  });
}

function begin(result: PackedResult, part: number, last: boolean, fault: Uint8Array | undefined): void {
  writer.drop();
  writer.uint32(tag.kind, polling);
  writer.text(tag.plugin, result.plugin);
  writer.message(tag.resource, result.resourceBytes);
  writer.int64(tag.fence, result.fence);
  writer.uint32(tag.part, result.firstPart + part);
  writer.bool(tag.last, last);
  writer.text(tag.agentId, result.agentId);
  writer.int64(tag.slotAtMs, result.slotAtMs);
  writer.int64(tag.startedAtMs, result.startedAtMs);
  writer.int64(tag.finishedAtMs, result.finishedAtMs);
  writer.uint32(tag.frequencyMs, result.frequencyMs);
  writer.text(tag.pluginRevision, result.pluginRevision);
  writer.uint32(tag.status, statusNumber(result.status));
  if (fault) writer.message(tag.fault, fault);
}

function end(result: PackedResult): Uint8Array {
  writer.bool(tag.onDemand, result.onDemand);
  return writer.finish();
}

/** Cuts groups into parts of at most `partBytes`; a group that is larger alone is a part alone. */
function split(groups: readonly PackedGroups[], own: Uint8Array | undefined): Uint8Array[][] {
  const parts: Uint8Array[][] = [[]];
  let bytes = 0;
  const add = (group: Uint8Array): void => {
    if (bytes > 0 && bytes + group.length > partBytes) {
      parts.push([]);
      bytes = 0;
    }
    parts.at(-1)?.push(group);
    bytes += group.length;
  };
  for (const some of groups) {
    reader.open(some.bytes);
    for (let from = 0; reader.tag() !== 0; from = reader.at) {
      reader.at = reader.spanEnd();
      add(some.bytes.subarray(from, reader.at));
    }
  }
  if (own) add(own);
  return parts;
}

/** The newest `status` groups by status: runs that end within one millisecond share theirs. */
const statusGroups = pollStatuses.map(() => ({ atMs: -1, bytes: new Uint8Array() }));

function statusGroup(status: PollStatus, atMs: number): Uint8Array {
  const kept = statusGroups[statusNumber(status)];
  if (kept?.atMs === atMs) return kept.bytes;
  const metric = { name: "status", type: "gauge", value: statusNumber(status) } as const;
  const { bytes } = packGroups([{ name: "status", dimensions: [], metrics: [metric], atMs }], 0);
  if (kept) Object.assign(kept, { atMs, bytes });
  return bytes;
}
