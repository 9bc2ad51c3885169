import { expect, test } from "vitest";
import { toJson } from "./display/json.js";
import { type Column, table } from "./output.js";

interface Row {
  readonly id: string;
  readonly count: number;
}

const columns: Column<Row>[] = [
  { title: "id", of: ({ id }) => id },
  { title: "count", of: ({ count }) => String(count), align: "right" },
  { title: "note", of: ({ id }) => (id === "b" ? "second" : "") },
];

test("columns line up by what is seen, whatever the cells hold", () => {
  const rows = [
    { id: "交换机", count: 7 },
    { id: "b", count: 1234 },
    { id: "a\nb\u001b[2J", count: 0 },
  ];
  expect(table(rows, columns)).toBe(
    ["ID         COUNT  NOTE", "交换机         7", "b           1234  second", "a\\nb\\e[2J      0", ""].join("\n"),
  );
});

test("colours change no column", () => {
  const painted = columns.map((column) => ({
    ...column,
    paint: () => (text: string) => `\u001b[32m${text}\u001b[39m`,
  }));
  const plain = table([{ id: "b", count: 1 }], columns);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
  expect(table([{ id: "b", count: 1 }], painted).replace(/\u001b\[\d+m/g, "")).toBe(plain);
});

test.for([
  { why: "a safe bigint is a number", value: 12n, want: "12" },
  { why: "a counter beyond 2^53 keeps its digits", value: 576460752374207665n, want: '"576460752374207665"' },
  { why: "bytes are the text they are", value: new TextEncoder().encode("é"), want: '"é"' },
  { why: "the contracts' own names are left out", value: { $typeName: "x", a: 1 }, want: '{"a":1}' },
])("$why", ({ value, want }) => expect(toJson(value)).toBe(want));
