import fc from "fast-check";
import { expect, test } from "vitest";
import { parseNagios } from "./nagios.js";

const options = { group: "check", kilo: 1024 };

/** Values by label, then by metric. */
function values(output: string, given = options): Record<string, Record<string, number | bigint>> {
  const { groups, problems } = parseNagios(output, given);
  expect(problems).toEqual([]);
  return Object.fromEntries(
    groups.map(({ dimensions, metrics }) => [
      dimensions?.["label"] ?? "",
      Object.fromEntries(Object.entries(metrics).map(([name, { value }]) => [name, value])),
    ]),
  );
}

test.for([
  { why: "a value without a unit", data: "users=4", want: { users: { value: 4 } } },
  { why: "zero is a value", data: "users=0", want: { users: { value: 0 } } },
  { why: "milliseconds become seconds", data: "rta=12ms", want: { rta: { value_seconds: 0.012 } } },
  { why: "microseconds become seconds", data: "rta=5us", want: { rta: { value_seconds: 0.000005 } } },
  { why: "seconds stay", data: "time=1.5s", want: { time: { value_seconds: 1.5 } } },
  { why: "bytes stay", data: "size=7B", want: { size: { value_bytes: 7 } } },
  { why: "kilobytes become bytes", data: "size=2KB", want: { size: { value_bytes: 2048 } } },
  { why: "terabytes become bytes", data: "size=1TB", want: { size: { value_bytes: 2 ** 40 } } },
  { why: "percent is said in the name", data: "pl=20%", want: { pl: { value_percent: 20 } } },
  { why: "a counter is one", data: "in=55c", want: { in: { value_total: 55 } } },
  {
    why: "a counter beyond 2^53 is exact",
    data: "in=18446744073709551615c",
    want: { in: { value_total: 2n ** 64n - 1n } },
  },
  {
    why: "thresholds are ranges",
    data: "a=1;5;10:20",
    want: { a: { value: 1, warning_low: 0, warning_high: 5, critical_low: 10, critical_high: 20 } },
  },
  { why: "a range may be open", data: "a=1;10:;~:5", want: { a: { value: 1, warning_low: 10, critical_high: 5 } } },
  {
    why: "a range may alert inside",
    data: "a=1;@1:5",
    want: { a: { value: 1, warning_low: 1, warning_high: 5, warning_inside: 1 } },
  },
  {
    why: "limits have the unit of the value",
    data: "a=1ms;2000;;0;5000",
    want: {
      a: {
        value_seconds: 0.001,
        warning_low_seconds: 0,
        warning_high_seconds: 2,
        minimum_seconds: 0,
        maximum_seconds: 5,
      },
    },
  },
  {
    why: "limits may repeat the unit",
    data: "a=1%;80%;90%",
    want: {
      a: {
        value_percent: 1,
        warning_low_percent: 0,
        warning_high_percent: 80,
        critical_low_percent: 0,
        critical_high_percent: 90,
      },
    },
  },
  { why: "U was not measured, its limits stand", data: "a=U;1:", want: { a: { warning_low: 1 } } },
  {
    why: "labels in quotes hold anything, quotes as two",
    data: "'it''s a = b'=1 '/var'=2",
    want: { "it's a = b": { value: 1 }, "/var": { value: 2 } },
  },
  {
    why: "a label may be a path without quotes",
    data: "/=1 /var=2;;;;",
    want: { "/": { value: 1 }, "/var": { value: 2 } },
  },
  { why: "a negative value with exponent", data: "t=-1.5e1", want: { t: { value: -15 } } },
])("$why", ({ data, want }) => expect(values(`OK | ${data}`)).toEqual(want));

test("a kilobyte may be 1000 bytes, a kibibyte never is", () => {
  expect(values("|a=1KB b=1KiB c=1kB", { ...options, kilo: 1000 })).toEqual({
    a: { value_bytes: 1000 },
    b: { value_bytes: 1024 },
    c: { value_bytes: 1000 },
  });
});

test("a unit that no name ends in is a dimension", () => {
  expect(parseNagios("|fan=1200rpm;1000:", options).groups).toEqual([
    {
      name: "check",
      dimensions: { label: "fan", unit: "rpm" },
      metrics: { value: { type: "gauge", value: 1200 }, warning_low: { type: "gauge", value: 1000 } },
    },
  ]);
});

test("performance data goes on behind the long text", () => {
  const output = "DISK OK - free | a=1\nlong text\nmore text | b=2 c=3\nd=4\n";
  expect(Object.keys(values(output))).toEqual(["a", "b", "c", "d"]);
  expect(parseNagios(output, options).text).toBe("DISK OK - free");
});

test("text alone is fine", () =>
  expect(parseNagios("PING OK\r\nmore\n", options)).toMatchObject({ text: "PING OK", groups: [], problems: [] }));

test.for([
  { why: "NaN", output: "x | a=1 b=NaN", line: 1, column: 11, says: "NaN is not a value" },
  { why: "infinity", output: "x | a=-inf", line: 1, column: 7, says: "-inf is not a value" },
  { why: "a decimal comma", output: "x | a=1,5s", line: 1, column: 7, says: '"1,5" is not a number' },
  { why: "an empty value", output: "x | a=", line: 1, column: 7, says: '"" is not a number' },
  {
    why: "a word without a value, by its place in the long text",
    output: "x\ny | a=1 b\n",
    line: 2,
    column: 9,
    says: '"b" is no performance data',
  },
  { why: "a label that comes twice", output: "x|a=1 a=2", line: 1, column: 7, says: 'label "a" comes twice' },
  {
    why: "a threshold that is none",
    output: "x|a=1;ten;5",
    line: 1,
    column: 7,
    says: 'warning of label "a": "ten" is not a number',
  },
  {
    why: "a range that begins above its end",
    output: "x|a=1;;9:5",
    line: 1,
    column: 8,
    says: 'critical of label "a": the range 9:5',
  },
  { why: "a counter below zero", output: "x|a=-1c", line: 1, column: 5, says: "a counter cannot be negative" },
])("refused by line and column: $why", ({ output, line, column, says }) => {
  const { problems } = parseNagios(output, options);
  expect(problems).toEqual([{ line, column, message: expect.stringContaining(says) as unknown }]);
});

test("one bad item leaves the others", () => {
  const { groups, problems } = parseNagios("x|a=1 b=nan c=3", options);
  expect(groups.map((one) => one.dimensions?.["label"])).toEqual(["a", "c"]);
  expect(problems).toHaveLength(1);
});

test("whatever label and value are written come back", () => {
  const label = fc.string({ minLength: 1, unit: "grapheme" }).filter((text) => !/[\n\r|]/.test(text));
  const value = fc.oneof(
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => (number === 0 ? 0 : number)),
  );
  fc.assert(
    fc.property(fc.uniqueArray(fc.tuple(label, value), { selector: ([one]) => one }), (items) => {
      const data = items.map(([name, number]) => `'${name.replaceAll("'", "''")}'=${number}s`).join(" ");
      const found = Object.entries(values(`x | ${data}`)).map(([name, metrics]) => [
        name,
        Number(metrics["value_seconds"]),
      ]);
      expect(Object.fromEntries(found)).toEqual(Object.fromEntries(items));
    }),
  );
});

test("whatever is printed, nothing is thrown and no value is not finite", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(..."ab='|;:@~%1.9-\n \tUKBce", "nan", "1e999") }), (output) => {
      for (const { metrics } of parseNagios(output, options).groups) {
        for (const { value } of Object.values(metrics)) expect(Number.isFinite(Number(value))).toBe(true);
      }
    }),
    { numRuns: 1_000 },
  );
});
