import { tagOf, wire } from "../bytes/reader.js";

/** The fields of ocelli.resource.v1.MetricGroup, and of what is in it. */
export const groupTag = {
  name: tagOf(1, wire.span),
  dimensions: tagOf(2, wire.span),
  metrics: tagOf(3, wire.span),
  atMs: tagOf(4, wire.varint),
} as const;
export const dimensionTag = { name: tagOf(1, wire.span), value: tagOf(2, wire.span) } as const;
export const metricTag = {
  name: tagOf(1, wire.span),
  type: tagOf(2, wire.varint),
  doubleValue: tagOf(3, wire.bit64),
  intValue: tagOf(4, wire.varint),
} as const;

/** The fields of ocelli.plugin.v1.PollAnswer. */
export const answerTag = {
  item: tagOf(1, wire.varint),
  groups: tagOf(2, wire.span),
  fault: tagOf(3, wire.span),
  state: tagOf(4, wire.span),
  setState: tagOf(5, wire.varint),
  more: tagOf(6, wire.varint),
} as const;

/** The fields of ocelli.plugin.v1.PollResponse and EnrichResponse, which are the same, and of Progress. */
export const responseTag = { answers: tagOf(1, wire.span), progress: tagOf(2, wire.span) } as const;
export const progressTag = { item: tagOf(1, wire.varint), extendMs: tagOf(2, wire.varint) } as const;
