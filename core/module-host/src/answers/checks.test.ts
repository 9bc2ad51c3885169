import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { EnrichAnswerSchema, PollAnswerSchema } from "@ocelli/proto/plugin";
import { MetricType } from "@ocelli/proto/resource";
import { expect, test } from "vitest";
import { checkEnrichAnswer } from "./check-enrich-answer.js";
import { checkPollAnswer } from "./check-poll-answer.js";
import { ItemLedger } from "./item-ledger.js";

type PollInit = MessageInitShape<typeof PollAnswerSchema>;

const gauge = (name: string, value: number) => ({
  name,
  type: MetricType.GAUGE,
  value: { case: "doubleValue" as const, value },
});
const count = (name: string, value: bigint) => ({
  name,
  type: MetricType.COUNTER,
  value: { case: "intValue" as const, value },
});

test("a good answer comes through with zeros, big counters and its state", () => {
  const init: PollInit = {
    groups: [
      { name: "if", dimensions: [{ name: "i", value: "Gi0/1" }], metrics: [gauge("up", 0), count("in", 2n ** 60n)] },
    ],
    state: new Uint8Array(4096),
    setState: true,
  };
  expect(checkPollAnswer(create(PollAnswerSchema, init), new Set())).toEqual({
    kind: "good",
    value: {
      groups: [
        {
          name: "if",
          dimensions: [{ name: "i", value: "Gi0/1" }],
          metrics: [
            { name: "up", type: "gauge", value: 0 },
            { name: "in", type: "counter", value: 2n ** 60n },
          ],
          atMs: 0,
        },
      ],
      fault: undefined,
      state: new Uint8Array(4096),
      last: true,
    },
  });
});

test("a state that is not to be stored is not handed on, and a group without metrics neither", () => {
  const answer = create(PollAnswerSchema, { groups: [{ name: "empty" }], state: new Uint8Array([1]), more: true });
  const value = { groups: [], fault: undefined, state: undefined, last: false };
  expect(checkPollAnswer(answer, new Set())).toEqual({ kind: "good", value });
});

test.for<{ why: string; init: PollInit; says: RegExp }>([
  {
    why: "NaN is refused by name",
    init: { groups: [{ name: "cpu", metrics: [gauge("load", Number.NaN)] }] },
    says: /group "cpu": the metric load is NaN, which is not a number/,
  },
  {
    why: "infinity is refused",
    init: { groups: [{ name: "cpu", metrics: [gauge("load", Number.POSITIVE_INFINITY)] }] },
    says: /the metric load is Infinity/,
  },
  {
    why: "a metric without type is refused",
    init: { groups: [{ name: "cpu", metrics: [{ name: "load", value: { case: "doubleValue", value: 1 } }] }] },
    says: /load is neither gauge nor counter/,
  },
  {
    why: "a type from the future is refused",
    init: { groups: [{ name: "cpu", metrics: [{ ...gauge("load", 1), type: 9 as MetricType }] }] },
    says: /load is neither gauge nor counter/,
  },
  {
    why: "a metric without value is refused: zero is a value, nothing is none",
    init: { groups: [{ name: "cpu", metrics: [{ name: "load", type: MetricType.GAUGE }] }] },
    says: /load has no value/,
  },
  {
    why: "a name with blanks is refused",
    init: { groups: [{ name: "cpu", metrics: [gauge("cpu load", 1)] }] },
    says: /a metric is named "cpu load": a name is a letter/,
  },
  {
    why: "a dimension name with a dash is refused",
    init: { groups: [{ name: "cpu", dimensions: [{ name: "cpu-no", value: "" }], metrics: [gauge("a", 1)] }] },
    says: /a dimension named "cpu-no"/,
  },
  {
    why: "a metric twice in a group is refused",
    init: { groups: [{ name: "cpu", metrics: [gauge("a", 1), gauge("a", 2)] }] },
    says: /the metric a comes twice/,
  },
  {
    why: "a dimension twice in a group is refused",
    init: { groups: [{ name: "cpu", dimensions: ["1", "2"].map((value) => ({ name: "no", value })), metrics: [] }] },
    says: /the dimension no twice/,
  },
  {
    why: "the same group twice is refused whatever the order of its dimensions",
    init: {
      groups: ["ab", "ba"].map((order) => ({
        name: "if",
        dimensions: [...order].map((name) => ({ name, value: "x" })),
        metrics: [gauge("v", 1)],
      })),
    },
    says: /group "if" comes twice with the same dimensions/,
  },
  {
    why: "a counter below zero is refused",
    init: { groups: [{ name: "if", metrics: [count("in", -2n)] }] },
    says: /the counter in is negative/,
  },
  {
    why: "a group without name is refused",
    init: { groups: [{ metrics: [gauge("a", 1)] }] },
    says: /a metric group has no name/,
  },
  {
    why: "a state above 4 KiB is refused with its size",
    init: { state: new Uint8Array(4097), setState: true },
    says: /its state is 4097 bytes, and at most 4096 are kept/,
  },
])("$why", ({ init, says }) => {
  const checked = checkPollAnswer(create(PollAnswerSchema, init), new Set());
  expect(checked).toMatchObject({ kind: "refused", why: expect.stringMatching(says) });
});

test("a group of an earlier part of the same answer is not taken again", () => {
  const seen = new Set<string>();
  const answer = create(PollAnswerSchema, { groups: [{ name: "if", metrics: [gauge("a", 1)] }], more: true });
  expect(checkPollAnswer(answer, seen).kind).toBe("good");
  expect(checkPollAnswer(answer, seen).kind).toBe("refused");
});

const data = (text: string) => new TextEncoder().encode(text);

test.for<{ why: string; sets: MessageInitShape<typeof EnrichAnswerSchema>["sets"]; says: RegExp | undefined }>([
  {
    why: "a JSON object with namespace and ttl is taken",
    sets: [{ namespace: "interface", ttlS: 60, dataJson: data('{"a":1}') }],
    says: undefined,
  },
  { why: "no namespace", sets: [{ ttlS: 60, dataJson: data("{}") }], says: /no namespace/ },
  { why: "no ttl", sets: [{ namespace: "i", dataJson: data("{}") }], says: /holds for 0 seconds/ },
  {
    why: "a list is not an object",
    sets: [{ namespace: "i", ttlS: 1, dataJson: data("[]") }],
    says: /not a JSON object/,
  },
  { why: "no JSON", sets: [{ namespace: "i", ttlS: 1, dataJson: data("{") }], says: /not a JSON object/ },
  {
    why: "bytes that are not UTF-8",
    sets: [{ namespace: "i", ttlS: 1, dataJson: new Uint8Array([0x22, 0xff, 0x22]) }],
    says: /not a JSON object/,
  },
  {
    why: "one namespace twice for one resource",
    sets: [1, 2].map(() => ({ namespace: "i", ttlS: 1, dataJson: data("{}") })),
    says: /comes twice for one resource/,
  },
])("enrichment: $why", ({ sets, says }) => {
  const checked = checkEnrichAnswer(create(EnrichAnswerSchema, sets === undefined ? {} : { sets }));
  if (says) expect(checked).toMatchObject({ kind: "refused", why: expect.stringMatching(says) });
  else expect(checked.kind).toBe("good");
});

test("an item is answered until its last answer, and no other item at all", () => {
  const ledger = new ItemLedger(2);
  expect(ledger.indexOf(2)).toEqual({ kind: "open", index: 1 });
  ledger.close(1);
  expect(ledger.indexOf(2)).toMatchObject({ why: "it answered item 2 after its last answer" });
  expect(ledger.indexOf(0)).toMatchObject({ why: "it answered item 0, which it was not asked for" });
  expect(ledger.indexOf(3)).toMatchObject({ why: "it answered item 3, which it was not asked for" });
  expect(ledger.open).toEqual([0]);
});
