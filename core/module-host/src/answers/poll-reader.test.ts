import { create, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { unpackGroups } from "@ocelli/codec";
import type { PollAnswer } from "@ocelli/model";
import { PollAnswerSchema, PollResponseSchema } from "@ocelli/proto/plugin";
import { MetricType } from "@ocelli/proto/resource";
import fc from "fast-check";
import { expect, test } from "vitest";
import { checkPollAnswer } from "./check-poll-answer.js";
import { PollReader } from "./poll-reader.js";

type Init = MessageInitShape<typeof PollAnswerSchema>;

/** What came of each answer of a message, in order: refused with a sentence, or taken. */
type Told = { item: number; why: string } | ({ item: number } & Omit<PollAnswer, "item">);

const receivedAtMs = 1_700_000_000_123;

/** The plain way: everything is decoded, then checked. */
function plain(bytes: Uint8Array, seenOf: (item: number) => Set<string>): Told[] {
  return fromBinary(PollResponseSchema, bytes).answers.map((answer) => {
    const checked = checkPollAnswer(answer, seenOf(answer.item));
    if (checked.kind === "refused") return { item: answer.item, why: checked.why };
    const groups = checked.value.groups.map((group) => (group.atMs > 0 ? group : { ...group, atMs: receivedAtMs }));
    return { ...checked.value, item: answer.item, groups };
  });
}

/** The way of the agent. */
function inPlace(bytes: Uint8Array, reader: PollReader): Told[] {
  const told: Told[] = [];
  const answer: Parameters<PollReader["read"]>[1]["answer"] = (item, check) => {
    const checked = check();
    if (checked.kind === "refused") told.push({ item, why: checked.why });
    else told.push({ ...checked.value, item, groups: checked.value.groups ? unpackGroups(checked.value.groups) : [] });
  };
  reader.read(bytes, { answer, progress: () => {} });
  return told;
}

const name = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom("a", "b", "cpu_load", "ifInOctets", "_x9", "status") },
  { weight: 1, arbitrary: fc.constantFrom("", "9a", "a-b", "ä", "a b", "\u0000") },
);
const text = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom("", "Gi0/1", "x", "y") },
  { weight: 1, arbitrary: fc.string({ unit: "grapheme", maxLength: 12 }) },
);
const double = fc.oneof(
  fc.constantFrom(0, -0, -1, 1, -2.5, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 5e-324),
  fc.double(),
);
const int = fc.oneof(
  fc.constantFrom(0n, -1n, -2n, 2n ** 63n - 1n, -(2n ** 63n)),
  fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n),
);
const value = fc.oneof(
  { weight: 8, arbitrary: double.map((one) => ({ case: "doubleValue" as const, value: one })) },
  { weight: 8, arbitrary: int.map((one) => ({ case: "intValue" as const, value: one })) },
  { weight: 1, arbitrary: fc.constant({ case: undefined }) },
);
const type = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom(MetricType.GAUGE, MetricType.COUNTER) },
  { weight: 1, arbitrary: fc.constantFrom(MetricType.UNSPECIFIED, 9 as MetricType, 300 as MetricType) },
);
const group = fc.record({
  name: fc.oneof({ weight: 8, arbitrary: name }, { weight: 1, arbitrary: text }),
  dimensions: fc.array(fc.record({ name, value: text }), { maxLength: 3 }),
  metrics: fc.array(fc.record({ name, type, value }), { maxLength: 4 }),
  atMs: fc.constantFrom(0n, 0n, 5n, 1_700_000_000_000n, -1n, 2n ** 60n),
});
const answer: fc.Arbitrary<Init> = fc.record({
  item: fc.integer({ min: 1, max: 2 }),
  groups: fc.array(group, { maxLength: 3 }),
  fault: fc.option(fc.record({ message: text, status: fc.constantFrom(0, 3, 4) }), { nil: undefined }).map(
    (fault) => fault as NonNullable<Init["fault"]>, // absent is how it is left out
  ),
  state: fc.oneof(
    { weight: 9, arbitrary: fc.uint8Array({ maxLength: 5 }) },
    { weight: 1, arbitrary: fc.constant(new Uint8Array(4097)) },
  ),
  setState: fc.boolean(),
  more: fc.boolean(),
});
const small = answer.map((one) => ({ ...one, state: new Uint8Array([7]) }));
const messages = fc.array(fc.array(answer, { maxLength: 3 }), { minLength: 1, maxLength: 3 });

const encoded = (answers: readonly Init[]): Uint8Array =>
  toBinary(
    PollResponseSchema,
    create(PollResponseSchema, { answers: answers.map((one) => create(PollAnswerSchema, one)) }),
  );

function seenByItem(): (item: number) => Set<string> {
  const all = new Map<number, Set<string>>();
  return (item) => {
    const seen = all.get(item) ?? new Set();
    all.set(item, seen);
    return seen;
  };
}

/** Many cases on a loaded machine take their time, in ms. */
const timeout = 60_000;

test("answers read in place come to the same as answers that are decoded, and are refused with the same words", {
  timeout,
}, () => {
  fc.assert(
    fc.property(messages, (calls) => {
      const reader = new PollReader(() => receivedAtMs);
      const seenOf = seenByItem();
      const over = new Set<number>();
      for (const answers of calls) {
        // After its last answer, or a refused one, an item is not looked at again.
        const bytes = encoded(answers.filter(({ item }) => !over.has(item ?? 0)).slice(0, 1));
        const want = plain(bytes, seenOf);
        expect(inPlace(bytes, reader)).toEqual(want);
        for (const one of want) if ("why" in one || one.last) over.add(one.item);
      }
    }),
    { numRuns: 600 },
  );
});

test("bytes that are taken in place are a message, and come to the same, whatever was done to them", {
  timeout,
}, () => {
  let taken = 0;
  fc.assert(
    fc.property(small, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 3 }), (one, changes) => {
      const bytes = encoded([{ ...one, more: false }]);
      for (const [at, byte] of changes) if (bytes.length > 0) bytes[at % bytes.length] = byte;
      let told: Told[];
      try {
        told = inPlace(bytes, new PollReader(() => receivedAtMs));
      } catch {
        return; // What cannot be read ends the call, as ever.
      }
      taken += 1;
      expect(told).toEqual(plain(bytes, seenByItem()));
    }),
    { numRuns: 1_000 },
  );
  expect(taken).toBeGreaterThan(200);
});

test("a message with what newer versions may add is read without it", () => {
  const metric = { name: "a", type: MetricType.GAUGE, value: { case: "doubleValue" as const, value: 1 } };
  const bytes = encoded([{ item: 1, groups: [{ name: "g", metrics: [metric] }] }]);
  const unknownField = [0x9a, 0x06, 0x02, 0x68, 0x69];
  const more = new Uint8Array([...bytes, ...unknownField]);
  expect(inPlace(more, new PollReader(() => receivedAtMs))).toEqual(plain(bytes, seenByItem()));
});

test.for([
  { why: "taken as they came", text: "" },
  { why: "decoded, for one of them is unusual", text: "x".repeat(20_000) },
])("more groups of one item than any device has are refused: $why", ({ text: unusual }) => {
  const reader = new PollReader(() => receivedAtMs);
  const metrics = [{ name: "a", type: MetricType.GAUGE, value: { case: "doubleValue" as const, value: 1 } }];
  const told = Array.from({ length: 21 }, (_, i) => {
    const groups = Array.from({ length: 1_000 }, (_, n) => ({
      name: "g",
      dimensions: [{ name: "n", value: `${i}.${n}${i + n === 0 ? unusual : ""}` }],
      metrics,
    }));
    const response = create(PollResponseSchema, { answers: [{ item: 1, groups, more: true }] });
    return inPlace(toBinary(PollResponseSchema, response), reader)[0];
  });
  expect(told.findIndex((one) => one && "why" in one)).toBe(20);
  expect(told[20]).toEqual({ item: 1, why: "it brought more than 20000 metric groups: does its generator never end?" });
});

test("answers to one item that are too large together are refused, however small each of them is", () => {
  const reader = new PollReader(() => receivedAtMs);
  const filler = "x".repeat(1024 * 1024);
  const told = Array.from({ length: 20 }, (_, i) => {
    const metrics = [{ name: "a", type: MetricType.GAUGE, value: { case: "doubleValue" as const, value: i } }];
    const groups = [{ name: String(i), dimensions: [{ name: "of", value: filler }], metrics }];
    const response = create(PollResponseSchema, { answers: [{ item: 1, groups, more: true }] });
    return inPlace(toBinary(PollResponseSchema, response), reader)[0];
  });
  const first = told.findIndex((one) => one && "why" in one);
  expect(first).toBe(15);
  expect(told[first]).toEqual({ item: 1, why: expect.stringContaining("at most 16777216 are taken") });
});
