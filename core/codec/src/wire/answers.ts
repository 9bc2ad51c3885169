import type { Metric, MetricGroup } from "@ocelli/model";
import { MetricType } from "@ocelli/proto/resource";
import { tagOf, wire } from "../bytes/reader.js";
import { WireWriter } from "../bytes/writer.js";
import { answerTag, dimensionTag, groupTag, metricTag, progressTag, responseTag } from "./answer-tags.js";

/** The batch of ocelli.plugin.v1.DiscoverResponse, and the resources in it: both are field 1. */
const first = tagOf(1, wire.span);

// One writer for each depth: a message is finished before its length can be written in the one around it.
const outer = new WireWriter();
const middle = new WireWriter();
const inner = new WireWriter();

/** The bytes of ocelli.resource.v1.MetricGroup. */
export function encodeGroup(group: MetricGroup): Uint8Array {
  middle.drop();
  middle.text(groupTag.name, group.name);
  for (const { name, value } of group.dimensions) {
    inner.drop();
    inner.text(dimensionTag.name, name);
    inner.text(dimensionTag.value, value);
    middle.message(groupTag.dimensions, inner.finish());
  }
  for (const metric of group.metrics) middle.message(groupTag.metrics, encodeMetric(metric));
  middle.int64(groupTag.atMs, group.atMs);
  return middle.finish();
}

function encodeMetric({ name, type, value }: Metric): Uint8Array {
  inner.drop();
  inner.text(metricTag.name, name);
  inner.uint32(metricTag.type, type === "counter" ? MetricType.COUNTER : MetricType.GAUGE);
  if (typeof value === "bigint") inner.long(metricTag.intValue, value);
  else inner.double(metricTag.doubleValue, value);
  return inner.finish();
}

/** What an answer to a poll holds, its messages encoded already. */
export interface EncodedAnswer {
  readonly item: number;
  readonly groups: readonly Uint8Array[];
  readonly fault: Uint8Array | undefined;
  /** Undefined keeps what there was. */
  readonly state: Uint8Array | undefined;
  readonly more: boolean;
}

/** The bytes of ocelli.plugin.v1.PollAnswer. */
export function encodePollAnswer({ item, groups, fault, state, more }: EncodedAnswer): Uint8Array {
  middle.drop();
  middle.uint32(answerTag.item, item);
  for (const group of groups) middle.message(answerTag.groups, group);
  if (fault) middle.message(answerTag.fault, fault);
  if (state) {
    middle.bytes(answerTag.state, state);
    middle.bool(answerTag.setState, true);
  }
  middle.bool(answerTag.more, more);
  return middle.finish();
}

/** The bytes of ocelli.plugin.v1.PollResponse or EnrichResponse. */
export function encodeAnswers(
  answers: readonly Uint8Array[],
  progress: readonly { readonly item: number; readonly extendMs: number }[],
): Uint8Array {
  outer.drop();
  for (const answer of answers) outer.message(responseTag.answers, answer);
  for (const { item, extendMs } of progress) {
    inner.drop();
    inner.uint32(progressTag.item, item);
    inner.uint32(progressTag.extendMs, extendMs);
    outer.message(responseTag.progress, inner.finish());
  }
  return outer.finish();
}

/** The bytes of ocelli.plugin.v1.DiscoverResponse with some resources. */
export function encodeResourceBatch(resources: readonly Uint8Array[]): Uint8Array {
  middle.drop();
  for (const resource of resources) middle.message(first, resource);
  outer.drop();
  outer.message(first, middle.finish());
  return outer.finish();
}
