import fc from "fast-check";
import { expect, test } from "vitest";
import { parseFilter } from "./parse.js";
import { pointAt } from "./problem.js";
import { filterDepthMax } from "./syntax.js";

/** What is wrong with a filter, as "column: message". */
function wrong(text: string): string[] {
  const parsed = parseFilter(text);
  return parsed.kind === "ok" ? [] : parsed.problems.map(({ column, message }) => `${column}: ${message}`);
}

test.for([
  { why: "an empty filter is fine", text: "" },
  { why: "white space alone is an empty filter", text: " \t\n" },
  { why: "keywords and fields are taken in any case", text: 'RESOURCE_Class Like "a" aNd not resource_id in ("1")' },
  { why: "eq and ne are = and !=", text: 'resource_class eq "a" OR resource_class NE "b"' },
  { why: "no space is needed around signs", text: '(resource_id="a")AND(resource_id!="b")' },
  { why: "a metadata key may be any text in quotes", text: 'resource_metadata."rack row" = "4"' },
  { why: "a metadata key may have dots and dashes", text: 'resource_metadata.snmp.sys-name = "x"' },
  { why: "a filter may take several lines", text: 'resource_id = "a"\n  OR resource_id = "b"' },
])("$why", ({ text }) => expect(wrong(text)).toEqual([]));

test.for([
  {
    why: "an unknown field names the nearest one",
    text: 'resource_clas = "network"',
    want: ['1: unknown field "resource_clas", did you mean "resource_class"?'],
  },
  {
    why: "a field without its prefix is recognised",
    text: 'resource_id = "a" AND class = "network"',
    want: ['23: unknown field "class", did you mean "resource_class"?'],
  },
  {
    why: "a metadata field without its prefix is recognised",
    text: 'metadata.Model = "x"',
    want: ['1: unknown field "metadata.Model", did you mean "resource_metadata.Model"?'],
  },
  {
    why: "a dot instead of an underscore is recognised",
    text: 'resource.type = "x"',
    want: ['1: unknown field "resource.type", did you mean "resource_type"?'],
  },
  {
    why: "a field near to nothing gets the list",
    text: 'vendor = "x"',
    want: [
      '1: unknown field "vendor"; the fields are resource_site, resource_class, resource_subclass, resource_type, ' +
        "resource_id, resource_endpoint and resource_metadata.<key>",
    ],
  },
  {
    why: "metadata without a key is refused",
    text: 'resource_metadata. = "x"',
    want: ["1: resource_metadata. lacks a key, such as resource_metadata.model"],
  },
  {
    why: "single quotes are named with the right ones",
    text: "resource_class = 'network'",
    want: ['18: values stand in double quotes: write "network"'],
  },
  {
    why: "quotes out of a word processor are named too",
    text: "resource_class = “network”",
    want: ['18: values stand in double quotes: write "network"'],
  },
  {
    why: "a value without quotes is named",
    text: 'resource_class = network AND resource_id = "a"',
    want: ['18: values stand in double quotes: write "network"'],
  },
  {
    why: "a string that is never closed is named at its start",
    text: 'resource_class = "network',
    want: ['18: this " is never closed'],
  },
  {
    why: "a backslash before anything else is refused",
    text: 'resource_class = "a\\n"',
    want: ['20: a backslash stands before " or \\ only; write \\\\ for one'],
  },
  {
    why: "an open parenthesis is named where it opens",
    text: 'resource_id = "z" OR (resource_class = "a"',
    want: ["22: this ( is never closed"],
  },
  {
    why: "a closing parenthesis too many is named",
    text: 'resource_class = "a")',
    want: ["21: this ) was never opened"],
  },
  { why: "empty parentheses lack a field", text: "()", want: ["2: expected a field, NOT or (, found )"] },
  {
    why: "a filter that ends after AND says what is missing",
    text: 'resource_class = "a" AND',
    want: ["25: expected a field, NOT or (, found the end"],
  },
  {
    why: "a value in front is no field",
    text: '"a" = resource_class',
    want: ['1: expected a field, NOT or (, found "a"'],
  },
  {
    why: "a misspelt operator names the right one",
    text: 'resource_class LIEK "a"',
    want: ["16: expected =, !=, LIKE, NOT LIKE, IN or NOT IN after resource_class, found LIEK, did you mean LIKE?"],
  },
  {
    why: "a missing operator is named",
    text: 'resource_class "a"',
    want: ['16: expected =, !=, LIKE, NOT LIKE, IN or NOT IN after resource_class, found "a"'],
  },
  {
    why: "NOT between field and = is refused",
    text: 'resource_class NOT = "a"',
    want: ["20: expected LIKE or IN after NOT, found ="],
  },
  {
    why: "a misspelt AND names the right one",
    text: 'resource_class = "a" ADN resource_id = "b"',
    want: ["22: expected AND, OR or the end, found ADN, did you mean AND?"],
  },
  {
    why: "two clauses need a word between them",
    text: 'resource_class = "a" resource_id = "b"',
    want: ["22: expected AND, OR or the end, found resource_id"],
  },
  {
    why: "two clauses in parentheses need a word between them",
    text: '(resource_class = "a" "b")',
    want: ['23: expected AND, OR or ), found "b"'],
  },
  {
    why: "IN without a list says what a list is",
    text: 'resource_class IN "a"',
    want: ['19: IN takes a list, such as ("a", "b"), found "a"'],
  },
  {
    why: "a list needs a value",
    text: "resource_class NOT IN ()",
    want: ["24: expected a value in double quotes after (, found )"],
  },
  {
    why: "a list does not end with a comma",
    text: 'resource_class IN ("a",)',
    want: ["24: expected a value in double quotes after ,, found )"],
  },
  {
    why: "a list needs commas",
    text: 'resource_class IN ("a" "b")',
    want: ['24: expected , or ) in the list, found "b"'],
  },
  {
    why: "a list that is never closed is named where it opens",
    text: 'resource_class IN ("a"',
    want: ["19: this ( is never closed"],
  },
  {
    why: "a keyword is no value",
    text: "resource_class = AND",
    want: ["18: expected a value in double quotes after =, found AND"],
  },
  {
    why: "signs of other languages are translated",
    text: 'resource_class == "a" && ! resource_id <> "b"',
    want: ["16: == is written =", "23: && is written AND", "26: ! is written NOT", "40: <> is written !="],
  },
  {
    why: "a sign that means nothing is named whole",
    text: 'resource_class = "a" 🦎',
    want: ["22: unexpected 🦎"],
  },
  {
    why: "everything that can be told apart is told at once",
    text: "resource_clas = 'a' AND resource_typ = b AND",
    want: [
      '1: unknown field "resource_clas", did you mean "resource_class"?',
      '17: values stand in double quotes: write "a"',
      '25: unknown field "resource_typ", did you mean "resource_type"?',
      '40: values stand in double quotes: write "b"',
      "45: expected a field, NOT or (, found the end",
    ],
  },
])("$why", ({ text, want }) => expect(wrong(text)).toEqual(want));

test("a problem of a later line is counted in that line", () => {
  const text = 'resource_class = "a"\n\tAND resource_clas = "b"';
  const parsed = parseFilter(text);
  if (parsed.kind === "ok") throw new Error("a misspelt field was accepted");
  const [problem] = parsed.problems;
  expect(problem).toMatchObject({ offset: 26, line: 2, column: 6 });
  expect(problem && pointAt(text, problem)).toBe('\tAND resource_clas = "b"\n\t    ^');
});

test.for([
  { why: "parentheses as deep as allowed are parsed", deep: "(".repeat(filterDepthMax), close: filterDepthMax },
  { why: "NOTs as deep as allowed are parsed", deep: "NOT ".repeat(filterDepthMax), close: 0 },
])("$why", ({ deep, close }) => {
  expect(wrong(`${deep}resource_id = "a"${")".repeat(close)}`)).toEqual([]);
});

test.for([
  { why: "sixty thousand parentheses are refused and do not exhaust the stack", text: "(".repeat(60_000), column: 66 },
  { why: "sixteen thousand NOTs are refused", text: "not ".repeat(16_000), column: 261 },
])("$why", ({ text, column }) => {
  expect(wrong(text)).toEqual([`${column}: nested too deep: at most 64 parentheses and NOTs`]);
});

test("a filter that is too long is refused", () => {
  expect(wrong("x".repeat(65_537))).toEqual(["65537: a filter is at most 65536 characters long, this one is 65537"]);
});

test("of very many problems the first twenty are told", () => {
  expect(wrong("; ".repeat(30_000))).toHaveLength(20);
});

const anyChar = fc.integer({ min: 0, max: 0x10ffff }).map((point) => String.fromCodePoint(point));
const piece = fc.constantFrom("(", ")", '"', "'", "\\", ",", "=", "!=", " ", "AND", "not", "in", "LIKE", "resource_id");

test("any text gives a filter or problems that point into it", () => {
  const text = fc.oneof(
    fc.string({ unit: anyChar }),
    fc.array(fc.oneof(piece, fc.string())).map((all) => all.join("")),
  );
  fc.assert(
    fc.property(text, (hostile) => {
      const parsed = parseFilter(hostile);
      if (parsed.kind === "ok") return;
      expect(parsed.problems.length).toBeGreaterThan(0);
      for (const { offset } of parsed.problems) expect(offset).toBeLessThanOrEqual(hostile.length);
    }),
  );
});
