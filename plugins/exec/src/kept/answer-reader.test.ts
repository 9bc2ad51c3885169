import fc from "fast-check";
import { expect, test } from "vitest";
import { AnswerReader } from "./answer-reader.js";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function read(chunks: readonly string[], id = 7): unknown {
  const reader = new AnswerReader(id);
  for (const chunk of chunks) {
    const done = reader.push(bytes(chunk));
    if (done) return done.left.length > 0 ? { ...done.outcome, left: Buffer.from(done.left).toString() } : done.outcome;
  }
  return "more";
}

const answer = { kind: "answer", code: 0, fault: undefined };

test.for([
  { why: "lines up to the end line", chunks: ['a\nb\n{"end": 7}\n'], want: { ...answer, stdout: "a\nb\n" } },
  { why: "an answer of no lines", chunks: ['{"end":7}\n'], want: { ...answer, stdout: "" } },
  {
    why: "a number as text, white space, a carriage return",
    chunks: [' { "end" : "7" } \r\n'],
    want: { ...answer, stdout: "" },
  },
  { why: "the code of a check", chunks: ['x\n{"end":7,"code":2}\n'], want: { ...answer, stdout: "x\n", code: 2 } },
  {
    why: "a fault",
    chunks: ['{"end":7,"fault":{"status":"timeout","message":"m"}}\n'],
    want: { ...answer, stdout: "", fault: { status: "timeout", message: "m" } },
  },
  { why: "an end line without its line end is not whole yet", chunks: ['{"end": 7}'], want: "more" },
  { why: "a metric group may have a metric called end", chunks: ['{"name":"a","metrics":{"end":7}}\n'], want: "more" },
  {
    why: "what is behind belongs to nobody",
    chunks: ['{"end":7}\nnoise'],
    want: { ...answer, stdout: "", left: "noise" },
  },
  {
    why: "another request's end is wrong",
    chunks: ['{"end":6}\n'],
    want: { kind: "wrong", why: "it ended request 6 while 7 was asked" },
  },
  {
    why: "a code that is none is wrong",
    chunks: ['{"end":7,"code":"bad"}\n'],
    want: { kind: "wrong", why: `"code" in its end line is "bad", not a whole number` },
  },
  {
    why: "a fault that is none is wrong",
    chunks: ['{"end":7,"fault":{"status":"timout"}}\n'],
    want: { kind: "wrong", why: `in its end line "timout" is no status of a fault: did you mean timeout?` },
  },
])("$why", ({ chunks, want }) => expect(read(chunks)).toEqual(want));

test("however the bytes are cut, the answer is the same", () => {
  const text = 'größe 1\n{"end": 8}x\nzwei\n{"end": 7, "code": 1}\n';
  const all = bytes(text);
  fc.assert(
    fc.property(fc.array(fc.nat({ max: all.length - 1 })), (cuts) => {
      const reader = new AnswerReader(7);
      const ends = [...new Set(cuts)].sort((a, b) => a - b);
      const outcomes = [0, ...ends].map((from, i) => reader.push(all.slice(from, ends[i] ?? all.length)));
      expect(outcomes.at(-1)?.outcome).toEqual({ ...answer, stdout: 'größe 1\n{"end": 8}x\nzwei\n', code: 1 });
    }),
  );
});
