import { fromBinary, toBinary } from "@bufbuild/protobuf";
import type { MetricGroup, PackedGroups } from "@ocelli/model";
import { MetricGroupSchema } from "@ocelli/proto/resource";
import { tagOf, WireReader, wire } from "../bytes/reader.js";
import { WireWriter } from "../bytes/writer.js";
import { metricGroupFromProto, metricGroupToProto } from "../metric.js";

/** The tag of the groups of ocelli.task.v1.Result. */
export const resultGroups: number = tagOf(15, wire.span);

const writer = new WireWriter();

/** Groups as they stand in a result. One without a time of its own gets `receivedAtMs`; 0 leaves it without. */
export function packGroups(groups: readonly MetricGroup[], receivedAtMs: number): PackedGroups {
  let metrics = 0;
  let hasStatus = false;
  writer.drop();
  for (const group of groups) {
    metrics += group.metrics.length;
    hasStatus ||= group.name === "status";
    const stamped = group.atMs > 0 ? group : { ...group, atMs: receivedAtMs };
    writer.message(resultGroups, toBinary(MetricGroupSchema, metricGroupToProto(stamped)));
  }
  return { bytes: writer.finish(), metrics, hasStatus };
}

/** The groups that were packed. */
export function unpackGroups({ bytes }: PackedGroups): MetricGroup[] {
  const reader = new WireReader().open(bytes);
  const groups: MetricGroup[] = [];
  while (reader.tag() !== 0) groups.push(metricGroupFromProto(fromBinary(MetricGroupSchema, reader.bytes())));
  return groups;
}
