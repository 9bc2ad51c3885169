import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import type { MetricGroup } from "@ocelli/model";
import {
  DiscoverResponseSchema,
  EnrichResponseSchema,
  PollAnswerSchema,
  PollResponseSchema,
} from "@ocelli/proto/plugin";
import { FaultSchema, MetricGroupSchema, ResourceSchema } from "@ocelli/proto/resource";
import fc from "fast-check";
import { expect, test } from "vitest";
import { metricGroupToProto } from "../metric.js";
import { text } from "../testing/arbitraries.js";
import { encodeAnswers, encodeGroup, encodePollAnswer, encodeResourceBatch } from "./answers.js";

const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const metric = fc.record({
  name: text,
  type: fc.constantFrom("gauge" as const, "counter" as const),
  value: fc.oneof(fc.double(), int64, fc.constantFrom(0, -0, 0n, -1n, 2n ** 53n, 2n ** 53n - 1n)),
});
const group: fc.Arbitrary<MetricGroup> = fc.record({
  name: text,
  dimensions: fc.array(fc.record({ name: text, value: text }), { maxLength: 3 }),
  metrics: fc.array(metric, { maxLength: 4 }),
  atMs: fc.oneof(fc.constant(0), fc.maxSafeNat()),
});

test("a group is the very bytes that the generated code gives, zeroes and negative counters too", () => {
  fc.assert(
    fc.property(group, (one) => {
      expect(Buffer.from(encodeGroup(one))).toEqual(Buffer.from(toBinary(MetricGroupSchema, metricGroupToProto(one))));
    }),
  );
});

test("an answer is the very bytes that the generated code gives", () => {
  const bytes = fc.uint8Array({ maxLength: 20 });
  const answer = fc.record({
    item: fc.nat(2 ** 32 - 1),
    groups: fc.array(group, { maxLength: 3 }),
    fault: fc.option(
      text.map((message) => create(FaultSchema, { message, status: 3 })),
      { nil: undefined },
    ),
    state: fc.option(bytes, { nil: undefined }),
    more: fc.boolean(),
  });
  fc.assert(
    fc.property(answer, ({ item, groups, fault, state, more }) => {
      const whole = create(PollAnswerSchema, { item, more, groups: groups.map(metricGroupToProto) });
      if (fault) whole.fault = fault;
      if (state) Object.assign(whole, { state, setState: true });
      const encoded = encodePollAnswer({
        item,
        groups: groups.map((one) => encodeGroup(one).slice()),
        fault: fault && toBinary(FaultSchema, fault),
        state,
        more,
      });
      expect(Buffer.from(encoded)).toEqual(Buffer.from(toBinary(PollAnswerSchema, whole)));
    }),
  );
});

test("a response holds its answers in their order, and who needs more time", () => {
  const answers = [1, 2, 3].map((item) => {
    return encodePollAnswer({ item, groups: [], fault: undefined, state: undefined, more: false });
  });
  const progress = [{ item: 4, extendMs: 30_000 }];
  const bytes = encodeAnswers(answers, progress);
  expect(fromBinary(PollResponseSchema, bytes)).toEqual(
    create(PollResponseSchema, { answers: [1, 2, 3].map((item) => ({ item })), progress }),
  );
  expect(fromBinary(EnrichResponseSchema, bytes).answers.map(({ item }) => item)).toEqual([1, 2, 3]);
});

test("a discovery's batch holds its resources", () => {
  const resources = ["a", "b"].map((id) => create(ResourceSchema, { id }));
  const bytes = encodeResourceBatch(resources.map((one) => toBinary(ResourceSchema, one)));
  const whole = create(DiscoverResponseSchema, { part: { case: "batch", value: { resources } } });
  expect(fromBinary(DiscoverResponseSchema, bytes)).toEqual(whole);
});
