import fc from "fast-check";
import { expect, test } from "vitest";
import { placeOf, scanJson } from "./json-text.js";

test.for([
  {
    why: "a comma that is missing",
    text: '[{"id": "a"}\n {"id": "b"}]',
    line: 2,
    column: 2,
    reason: "',' or ']' is missing",
  },
  {
    why: "a comma too many",
    text: '[\n  {"id": "a"},\n]',
    line: 3,
    column: 1,
    reason: 'a value is missing before "]"',
  },
  { why: "a key without quotes", text: "[{id: 1}]", line: 1, column: 3, reason: "a key in double quotes is missing" },
  {
    why: "a text cut in the middle",
    text: '[{"id": "a"',
    line: 1,
    column: 12,
    reason: "',' or '}' is missing (the text ends here)",
  },
  {
    why: "a string over a line's end",
    text: '[\n"a\nb"]',
    line: 2,
    column: 1,
    reason: "a string that does not end on its line or has a bad escape",
  },
  { why: "nothing at all", text: "", line: 1, column: 1, reason: "the text ends too early (the text ends here)" },
  {
    why: "something after the end",
    text: "[]\n[]",
    line: 2,
    column: 1,
    reason: "more text after the end of the value",
  },
  { why: "a number that JSON has not", text: "[01]", line: 1, column: 3, reason: "',' or ']' is missing" },
  {
    why: "a nesting meant to exhaust the stack",
    text: "[".repeat(100_000),
    line: 1,
    column: 202,
    reason: "nested deeper than 200 levels",
  },
])("$why is named with line and column", ({ text, line, column, reason }) => {
  const scan = scanJson(text);
  expect(scan).toMatchObject({ kind: "bad", reason });
  expect(placeOf(text, scan.kind === "bad" ? scan.offset : -1)).toEqual({ line, column });
});

test("agrees with JSON.parse on what is JSON, for any value and any cut of its text", () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 4 }), fc.nat(), fc.boolean(), (text, cut, whole) => {
      const tried = whole ? text : text.slice(0, cut % (text.length + 1));
      let isJson = true;
      try {
        JSON.parse(tried);
      } catch {
        isJson = false;
      }
      expect(scanJson(tried).kind).toBe(isJson ? "json" : "bad");
    }),
    { numRuns: 300 },
  );
});
