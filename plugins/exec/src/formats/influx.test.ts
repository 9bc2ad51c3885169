import fc from "fast-check";
import { expect, test } from "vitest";
import { type InfluxOptions, parseInflux } from "./influx.js";

const options: InfluxOptions = { timestampUnit: "ns", keepsText: false, isCounter: (name) => name.endsWith("_total") };

test.for([
  {
    why: "measurement, tags and fields",
    output: "cpu,host=a,core=0 usage=1.5,idle=98i\n",
    want: [
      {
        name: "cpu",
        dimensions: { host: "a", core: "0" },
        metrics: { usage: { type: "gauge", value: 1.5 }, idle: { type: "gauge", value: 98n } },
      },
    ],
  },
  {
    why: "no tags",
    output: "m f=0",
    want: [{ name: "m", dimensions: {}, metrics: { f: { type: "gauge", value: 0 } } }],
  },
  {
    why: "whole numbers without sign",
    output: "m f=18446744073709551615u",
    want: [{ name: "m", dimensions: {}, metrics: { f: { type: "gauge", value: 2n ** 64n - 1n } } }],
  },
  {
    why: "booleans are 1 and 0",
    output: "m a=t,b=False",
    want: [{ name: "m", dimensions: {}, metrics: { a: { type: "gauge", value: 1 }, b: { type: "gauge", value: 0 } } }],
  },
  {
    why: "counters by their name",
    output: "m in_total=5i",
    want: [{ name: "m", dimensions: {}, metrics: { in_total: { type: "counter", value: 5n } } }],
  },
  {
    why: "text is left out",
    output: `m v="a, b=c \\" d",f=1`,
    want: [{ name: "m", dimensions: {}, metrics: { f: { type: "gauge", value: 1 } } }],
  },
  {
    why: "text may hold line ends",
    output: `m v="a\nb",f=1\nn f=2`,
    want: [
      { name: "m", dimensions: {}, metrics: { f: { type: "gauge", value: 1 } } },
      { name: "n", dimensions: {}, metrics: { f: { type: "gauge", value: 2 } } },
    ],
  },
  {
    why: "escapes in names and tags",
    output: "my\\ m,a\\ b=c\\,d\\=e\\ f x\\=y=1",
    want: [{ name: "my_m", dimensions: { a_b: "c,d=e f" }, metrics: { x_y: { type: "gauge", value: 1 } } }],
  },
  {
    why: "comments and empty lines are nothing",
    output: "# c\n\n  \nm f=1\r\n",
    want: [{ name: "m", dimensions: {}, metrics: { f: { type: "gauge", value: 1 } } }],
  },
  {
    why: "nanoseconds",
    output: "m f=1 1700000000123456789",
    want: [{ name: "m", dimensions: {}, metrics: { f: { type: "gauge", value: 1 } }, atMs: 1_700_000_000_123 }],
  },
  {
    why: "lines of one series are one group",
    output: "m,a=1 f=1\nm,a=1 g=2",
    want: [
      {
        name: "m",
        dimensions: { a: "1" },
        metrics: { f: { type: "gauge", value: 1 }, g: { type: "gauge", value: 2 } },
      },
    ],
  },
  {
    why: "of several instants the newest counts",
    output: "m f=1 1000000\nm f=2 3000000\nm f=3 2000000",
    want: [{ name: "m", dimensions: {}, metrics: { f: { type: "gauge", value: 2 } }, atMs: 3 }],
  },
  {
    why: "a tag may be called like anything",
    output: "m,__proto__=x __proto__=1",
    want: [
      {
        name: "m",
        dimensions: JSON.parse('{"__proto__":"x"}') as object,
        metrics: JSON.parse('{"__proto__":{"type":"gauge","value":1}}') as object,
      },
    ],
  },
])("$why", ({ output, want }) => {
  const { groups, problems } = parseInflux(output, options);
  expect(problems).toEqual([]);
  expect(groups).toEqual(want);
});

test("text becomes a dimension where that is wanted", () => {
  expect(parseInflux(`m v="1.2.3",f=1`, { ...options, keepsText: true }).groups[0]?.dimensions).toEqual({ v: "1.2.3" });
});

test.for([
  { unit: "us", stamp: "1700000000123456" },
  { unit: "ms", stamp: "1700000000123" },
] as const)("timestamps in $unit", ({ unit, stamp }) => {
  expect(parseInflux(`m f=1 ${stamp}`, { ...options, timestampUnit: unit }).groups[0]?.atMs).toBe(1_700_000_000_123);
});

test.for([
  { why: "NaN", output: "ok f=1\nm f=NaN", line: 2, column: 5, says: "NaN is not a value" },
  { why: "infinity", output: "m a=1,f=+Inf", line: 1, column: 9, says: "+Inf is not a value" },
  { why: "a number that is too large", output: "m f=1e999", line: 1, column: 5, says: "too large" },
  { why: "a whole number out of range", output: "m f=9223372036854775808i", line: 1, column: 5, says: "out of range" },
  { why: "a negative number that has no sign", output: "m f=-1u", line: 1, column: 5, says: "out of range" },
  { why: "no fields", output: "m,a=b", line: 1, column: 6, says: "the fields are missing" },
  { why: "a tag without a value", output: "m,a f=1", line: 1, column: 4, says: 'tag "a" has no value' },
  { why: "a field without a value", output: "m f", line: 1, column: 4, says: 'field "f" has no value' },
  { why: "a tag twice", output: "m,a=1,a=2 f=1", line: 1, column: 7, says: "tag a comes twice" },
  { why: "two names that become the same", output: "m a-b=1,a.b=2", line: 1, column: 9, says: "field a_b comes twice" },
  { why: "a text without end", output: `m f="abc\nn f=1`, line: 1, column: 5, says: "never closed" },
  { why: "a bad timestamp", output: "m f=1 soon", line: 1, column: 7, says: "no timestamp in ns" },
  { why: "a counter below zero", output: "m x_total=-1", line: 1, column: 3, says: "cannot be negative" },
  { why: "a place behind a text of two lines", output: `m v="a\nb",f=x`, line: 2, column: 6, says: "is not a number" },
])("refused by line and column: $why", ({ output, line, column, says }) => {
  const { problems } = parseInflux(output, options);
  expect(problems[0]).toEqual({ line, column, message: expect.stringContaining(says) as unknown });
});

test("a bad line leaves the others, also the one behind a text without end", () => {
  expect(parseInflux(`a f=1\nb f=\nc f="x\nd f=2`, options).groups.map(({ name }) => name)).toEqual(["a", "d"]);
});

/** Written as text, -0 is 0. */
function withoutSign(number: number): number {
  return number === 0 ? 0 : number;
}

test("whatever tags and fields are written come back", () => {
  const name = fc.string({ minLength: 1, unit: fc.constantFrom("a", "b", "C", "_") });
  const text = fc.string({ minLength: 1, unit: "grapheme" }).filter((one) => !/[\n\r\\]/.test(one));
  const escaped = (one: string): string => one.replace(/[, =]/g, (char) => `\\${char}`);
  const tags = fc.dictionary(name, text);
  const fields = fc.dictionary(name, fc.double({ noNaN: true, noDefaultInfinity: true }).map(withoutSign), {
    minKeys: 1,
  });
  fc.assert(
    fc.property(name, tags, fields, (measurement, tag, field) => {
      const head = [measurement, ...Object.entries(tag).map(([key, one]) => `${key}=${escaped(one)}`)].join(",");
      const body = Object.entries(field).map(([key, one]) => `${key}=${one}`);
      const { groups, problems } = parseInflux(`${head} ${body.join(",")}\n`, options);
      expect(problems).toEqual([]);
      expect(groups[0]?.dimensions).toEqual({ ...tag });
      for (const [key, one] of Object.entries(field)) expect(groups[0]?.metrics[key]?.value).toBe(one);
    }),
  );
});

test("whatever is printed, nothing is thrown, and it ends", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'ab,= \\"\n1i.-#\r\t', "nan", "t") }), (output) => {
      expect(parseInflux(output, options).problems.every(({ line, column }) => line > 0 && column > 0)).toBe(true);
    }),
    { numRuns: 1_000 },
  );
});
