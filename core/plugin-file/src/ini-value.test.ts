import fc from "fast-check";
import ini from "ini";
import { expect, test } from "vitest";
import { readIniValue } from "./ini-value.js";

const textOf = (raw: string): string | undefined => readIniValue(raw, 1)?.text;

test.for([
  { why: "spaces around are cut", raw: "  a b \t", want: "a b" },
  { why: "nothing is empty", raw: "", want: "" },
  { why: "a comment behind a space is cut", raw: " a ; b", want: "a" },
  { why: "a comment with # is cut", raw: " a # b", want: "a" },
  { why: "a comment alone leaves nothing", raw: "; b", want: "" },
  { why: "a sign of a comment inside a word is text", raw: " pub#lic;1 ; x", want: "pub#lic;1" },
  { why: "a sign of a comment behind a backslash is text", raw: " a \\; b \\# c", want: "a ; b # c" },
  {
    why: "a sign of a comment in double quotes is text",
    raw: ' x = "a ; b" AND y = "c" ; d',
    want: 'x = "a ; b" AND y = "c"',
  },
  { why: "a quote behind a backslash closes nothing", raw: ' x = "a \\" ; b" ; c', want: 'x = "a \\" ; b"' },
  { why: "a lone quote is a sign like any other", raw: ' 19" rack ; note', want: '19" rack' },
  { why: "an apostrophe is a sign like any other", raw: " don't ; note", want: "don't" },
  { why: "backslashes stay", raw: " \\\\host\\share\\n", want: "\\\\host\\share\\n" },
  { why: "one string in double quotes loses them", raw: ' " a ; b " ; c', want: " a ; b " },
  {
    why: "a string in double quotes has the escapes of JSON",
    raw: ' "a \\"b\\" \\\\ \\u00e9\\t"',
    want: 'a "b" \\ é\t',
  },
  { why: "a tab in double quotes is a tab", raw: '"a\tb"', want: "a\tb" },
  { why: "one string in single quotes loses them, and has no escapes", raw: " ' a ; \\n ' # c", want: " a ; \\n " },
  { why: "two strings keep their quotes", raw: ' "a" OR "b"', want: '"a" OR "b"' },
  { why: "two strings in single quotes keep theirs", raw: " 'a' or 'b'", want: "'a' or 'b'" },
  { why: "true is text", raw: " true", want: "true" },
  { why: "null is text", raw: "null", want: "null" },
  { why: "a number in quotes is text", raw: "'5'", want: "5" },
  { why: "JSON is text", raw: ' {"a": [1, "x ; y"]}', want: '{"a": [1, "x ; y"]}' },
  { why: "an equals sign is text", raw: " a = b", want: "a = b" },
])("$why", ({ raw, want }) => expect(textOf(raw)).toBe(want));

test("a string with an escape that JSON does not have is not a string", () =>
  expect(textOf('"C:\\snmp"')).toBeUndefined());

test("a value without quotes, backslashes and signs of comments is what the ini package reads", () => {
  const unit = fc.integer({ min: 32, max: 0x2ff }).map((code) => String.fromCodePoint(code));
  const plain = fc
    .string({ unit })
    .filter((text) => !/["'\\;#]/.test(text) && !/^(?:true|false|null)$/.test(text.trim()));
  fc.assert(
    fc.property(plain, (text) => {
      expect(textOf(text)).toBe(ini.parse(`key =${text}`)["key"]);
    }),
  );
});

test("whatever is written as a JSON string comes back", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(textOf(` ${JSON.stringify(text)} ; note`)).toBe(text);
    }),
  );
});

test.for([
  { why: "as it stands", line: "k =  abc", of: "c", want: 8 },
  { why: "behind an escaped sign", line: "k = a\\;\\#bc", of: "c", want: 11 },
  { why: "in double quotes, behind escapes", line: 'k = "\\"\\u0041bc"', of: "c", want: 15 },
  { why: "in single quotes", line: "k = 'abc'", of: "c", want: 8 },
])("the column of a letter is that of the line: $why", ({ line, of, want }) => {
  const at = line.indexOf("=") + 1;
  const value = readIniValue(line.slice(at), at + 1);
  expect(value?.columnOf(value.text.indexOf(of))).toBe(want);
  expect(line[want - 1]).toBe(of);
});
