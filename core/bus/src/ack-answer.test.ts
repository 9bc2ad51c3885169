import { expect, test } from "vitest";
import { outcomeOf } from "./ack-answer.js";

const answer = (text: string) => {
  const data = Buffer.from(text);
  return outcomeOf({ data, headers: undefined as never, json: () => JSON.parse(text) });
};

test.for([
  { why: "an ack", text: '{"stream":"OCELLI_RESULTS","seq":1234567}', want: { kind: "stored", sequence: 1_234_567 } },
  { why: "an ack of a domain", text: '{"stream":"S","seq":7,"domain":"hub"}', want: { kind: "stored", sequence: 7 } },
  { why: "an ack in another order", text: '{"seq":7, "stream":"S"}', want: { kind: "stored", sequence: 7 } },
  {
    why: "a stream whose name needs escapes",
    text: '{"stream":"a\\"b","seq":8}',
    want: { kind: "stored", sequence: 8 },
  },
  {
    why: "a lost compare-and-set",
    text: '{"error":{"code":400,"err_code":10071,"description":"wrong last sequence: 5"},"stream":"S","seq":0}',
    want: { kind: "moved" },
  },
  {
    why: "a lost compare-and-set, error last",
    text: '{"stream":"S","seq":0,"error":{"code":400,"err_code":10164}}',
    want: { kind: "moved" },
  },
  {
    why: "a subject that is full",
    text: '{"error":{"code":400,"err_code":10077,"description":"maximum messages per subject exceeded"}}',
    want: { kind: "full" },
  },
  { why: "nobody listens", text: "", want: { kind: "unanswered", reason: "no stream listens (empty answer)" } },
  { why: "half an ack", text: '{"stream":"S","seq":12', want: { kind: "unanswered" } },
])("the broker's answer is understood: $why", ({ text, want }) => {
  expect(answer(text)).toMatchObject(want);
});

test("a refusal that nobody expects is an error with the broker's words", () => {
  const text = '{"error":{"code":503,"err_code":10023,"description":"insufficient resources"},"stream":"S","seq":0}';
  expect(answer(text)).toMatchObject({
    code: "unavailable",
    message: expect.stringContaining("insufficient resources"),
  });
});
