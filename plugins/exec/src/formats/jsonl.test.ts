import fc from "fast-check";
import { expect, test } from "vitest";
import { parseJsonLines } from "./jsonl.js";

test.for([
  {
    why: "a bare number is a gauge",
    output: `{"name":"cpu","metrics":{"used_percent":0}}`,
    want: [{ name: "cpu", dimensions: {}, metrics: { used_percent: { type: "gauge", value: 0 } } }],
  },
  {
    why: "a counter says so",
    output: `{"name":"if","metrics":{"in_total":{"type":"counter","value":12}}}`,
    want: [{ name: "if", dimensions: {}, metrics: { in_total: { type: "counter", value: 12 } } }],
  },
  {
    why: "dimensions and instant",
    output: `{"name":"if","dimensions":{"port":1,"name":"Gi0/1"},"metrics":{"up":1},"at_ms":5}`,
    want: [
      { name: "if", dimensions: { port: "1", name: "Gi0/1" }, metrics: { up: { type: "gauge", value: 1 } }, atMs: 5 },
    ],
  },
  {
    why: "whole numbers are exact, as they are or as text",
    output: `{"name":"a","metrics":{"x":{"type":"counter","value":9007199254740993},"y":{"type":"counter","value":"18446744073709551615"}}}`,
    want: [
      {
        name: "a",
        dimensions: {},
        metrics: { x: { type: "counter", value: 9007199254740993n }, y: { type: "counter", value: 2n ** 64n - 1n } },
      },
    ],
  },
  {
    why: "empty lines are nothing",
    output: `\n{"name":"a","metrics":{"x":1}}\n\n`,
    want: [{ name: "a", dimensions: {}, metrics: { x: { type: "gauge", value: 1 } } }],
  },
  {
    why: "names become safe",
    output: `{"name":"a","metrics":{"a.b":1}}`,
    want: [{ name: "a", dimensions: {}, metrics: { a_b: { type: "gauge", value: 1 } } }],
  },
])("$why", ({ output, want }) =>
  expect(parseJsonLines(output)).toEqual({ groups: want, problems: [], fault: undefined }),
);

test("a fault is the program's own", () => {
  expect(parseJsonLines(`{"fault":{"status":"timeout","message":"no answer"}}`).fault).toEqual({
    status: "timeout",
    message: "no answer",
  });
});

test.for([
  {
    why: "NaN",
    output: `{"name":"a","metrics":{"x":1}}\n{"name":"b","metrics":{"x": NaN}}`,
    line: 2,
    column: 29,
    says: "NaN is not a value",
  },
  {
    why: "infinity",
    output: `{"name":"b","metrics":{"x":-Infinity}}`,
    line: 1,
    column: 29,
    says: "-Infinity is not a value",
  },
  { why: "what is no JSON", output: `hello`, line: 1, column: 1, says: "this is no JSON" },
  { why: "JSON that is no object", output: `[1]`, line: 1, column: 1, says: "a line is a JSON object" },
  {
    why: "a slip in a key",
    output: `{"name":"a","metrcs":{"x":1}}`,
    line: 1,
    column: 1,
    says: "did you mean metrics?",
  },
  { why: "no name", output: `{"metrics":{"x":1}}`, line: 1, column: 1, says: `"name" is the name of the group` },
  { why: "no metrics", output: `{"name":"a"}`, line: 1, column: 1, says: `"metrics" of a are an object` },
  {
    why: "a text for a number",
    output: `{"name":"a","metrics":{"x":"fast"}}`,
    line: 1,
    column: 1,
    says: "metric x of a is no number",
  },
  {
    why: "an unknown type",
    output: `{"name":"a","metrics":{"x":{"type":"rate","value":1}}}`,
    line: 1,
    column: 1,
    says: `has the type "rate"`,
  },
  {
    why: "a counter below zero",
    output: `{"name":"a","metrics":{"x":{"type":"counter","value":-1}}}`,
    line: 1,
    column: 1,
    says: "cannot be negative",
  },
  {
    why: "a dimension that is no text",
    output: `{"name":"a","dimensions":{"d":[1]},"metrics":{"x":1}}`,
    line: 1,
    column: 1,
    says: "dimension d of a is text",
  },
  {
    why: "an instant that is none",
    output: `{"name":"a","metrics":{"x":1},"at_ms":-1}`,
    line: 1,
    column: 1,
    says: `"at_ms" of a`,
  },
  {
    why: "a group twice",
    output: `{"name":"a","metrics":{"x":1}}\n{"name":"a","metrics":{"x":1}}`,
    line: 2,
    column: 1,
    says: "metric x of a comes twice",
  },
  {
    why: "a status that is none",
    output: `{"fault":{"status":"time_out"}}`,
    line: 1,
    column: 1,
    says: "did you mean timeout?",
  },
])("refused by line and column: $why", ({ output, line, column, says }) => {
  expect(parseJsonLines(output).problems).toContainEqual({
    line,
    column,
    message: expect.stringContaining(says) as unknown,
  });
});

test("a flood of problems is cut and counted", () => {
  const { problems } = parseJsonLines("x\n".repeat(1_000));
  expect(problems).toHaveLength(21);
  expect(problems.at(-1)?.message).toBe("and 980 problems more");
});

test("whatever is printed, nothing is thrown", () => {
  fc.assert(fc.property(fc.oneof(fc.json(), fc.string()), (output) => void parseJsonLines(output)));
});
