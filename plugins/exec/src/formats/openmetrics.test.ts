import fc from "fast-check";
import { expect, test } from "vitest";
import { expose } from "../../../prometheus/src/exposition.js";
import { labelText } from "../../../prometheus/src/labels.js";
import { parseOpenMetrics } from "./openmetrics.js";

const options = { group: "app" };

function lines(output: string): string[] {
  const { groups, problems } = parseOpenMetrics(output, options);
  expect(problems).toEqual([]);
  return groups.flatMap(({ dimensions = {}, metrics, atMs }) =>
    Object.entries(metrics).map(([name, { type, value }]) =>
      [name, JSON.stringify(dimensions), type, value, ...(atMs === undefined ? [] : [`@${atMs}`])].join(" "),
    ),
  );
}

test.for([
  { why: "a line of nothing but name and value", output: "up 1", want: ["up {} gauge 1"] },
  { why: "zero is a value", output: "up 0\n", want: ["up {} gauge 0"] },
  {
    why: "a counter",
    output: `# TYPE http_requests_total counter\nhttp_requests_total{method="post",code="200"} 1027`,
    want: [`http_requests_total {"method":"post","code":"200"} counter 1027`],
  },
  {
    why: "a counter of OpenMetrics, without the time of its beginning",
    output: "# TYPE a counter\na_total 17.5\na_created 1520430000.1\n# EOF",
    want: ["a_total {} counter 17.5"],
  },
  { why: "_total without a type is a counter", output: "a_total 5", want: ["a_total {} counter 5"] },
  {
    why: "a gauge may end in _total where it says so",
    output: "# TYPE memory_total gauge\nmemory_total 5",
    want: ["memory_total {} gauge 5"],
  },
  {
    why: "a histogram",
    output: `# TYPE h histogram\nh_bucket{le="0.1"} 1\nh_bucket{le="+Inf"} 2\nh_sum 0.5\nh_count 2`,
    want: [
      `h_bucket {"le":"0.1"} counter 1`,
      `h_bucket {"le":"+Inf"} counter 2`,
      "h_sum {} counter 0.5",
      "h_count {} counter 2",
    ],
  },
  {
    why: "a sum of negative values is a gauge",
    output: "# TYPE h histogram\nh_sum -0.5",
    want: ["h_sum {} gauge -0.5"],
  },
  {
    why: "a summary; NaN is a quantile without observations",
    output: `# TYPE s summary\ns{quantile="0.5"} 3\ns{quantile="0.9"} NaN\ns_sum 5\ns_count 1`,
    want: [`s {"quantile":"0.5"} gauge 3`, "s_sum {} counter 5", "s_count {} counter 1"],
  },
  {
    why: "escapes in labels",
    output: `a{path="C:\\\\DIR\\n\\"x\\"",} 1`,
    want: [`a {"path":"C:\\\\DIR\\n\\"x\\""} gauge 1`],
  },
  { why: "a timestamp of Prometheus is in ms", output: "a 1 1395066363000", want: ["a {} gauge 1 @1395066363000"] },
  {
    why: "a timestamp of OpenMetrics is in seconds",
    output: "a 1 1395066363.5\n# EOF\n",
    want: ["a {} gauge 1 @1395066363500"],
  },
  {
    why: "an exemplar is left out",
    output: `# TYPE a counter\na_total 1 # {trace_id="x # y"} 0.67 1.5\n# EOF`,
    want: ["a_total {} counter 1"],
  },
  {
    why: "comments, help and units are nothing",
    output: "# hello\n# HELP a text\n# UNIT a seconds\na_seconds 1",
    want: ["a_seconds {} gauge 1"],
  },
  { why: "a name in quotes", output: `{"http.duration",a="b"} 1`, want: [`http_duration {"a":"b"} gauge 1`] },
  { why: "a colon becomes an underscore", output: "job:rate5m 1", want: ["job_rate5m {} gauge 1"] },
  { why: "white space is nothing", output: `  a { x = "1" , y="2" }  5  \r\n`, want: [`a {"x":"1","y":"2"} gauge 5`] },
  {
    why: "a stateset and an info",
    output: `# TYPE s stateset\ns{s="on"} 1\n# TYPE i info\ni_info{v="1"} 1`,
    want: [`s {"s":"on"} gauge 1`, `i_info {"v":"1"} gauge 1`],
  },
])("$why", ({ output, want }) => expect(lines(output)).toEqual(want));

test("samples with the same labels are one group", () => {
  expect(parseOpenMetrics(`a{x="1"} 1\nb{x="1"} 2\nb{x="2"} 3`, options).groups).toHaveLength(2);
});

test.for([
  { why: "NaN", output: "a 1\nb NaN", line: 2, column: 3, says: "b: NaN is not a value" },
  { why: "infinity", output: `a{x="1"} +Inf`, line: 1, column: 10, says: "a: +Inf is not a value" },
  { why: "no value", output: "a", line: 1, column: 2, says: "a has no value" },
  { why: "a word too many", output: "a 1 2 3", line: 1, column: 7, says: '"3" is one word too many' },
  { why: "labels without end", output: `a{x="1" 5`, line: 1, column: 9, says: "parted by a comma" },
  { why: "a label without quotes", output: "a{x=1} 5", line: 1, column: 5, says: "has to stand in double quotes" },
  { why: "a label twice", output: `a{x="1",x="2"} 5`, line: 1, column: 9, says: "label x comes twice" },
  { why: "a sample twice", output: `a{x="1"} 5\na{x="1"} 6`, line: 2, column: 1, says: "metric a of app comes twice" },
  {
    why: "a counter below zero",
    output: "# TYPE a counter\na -1",
    line: 2,
    column: 3,
    says: "a counter cannot be negative",
  },
  { why: "an unknown type", output: "# TYPE a speed\na 1", line: 1, column: 10, says: '"speed" is no type' },
  { why: "a bad timestamp", output: "a 1 soon", line: 1, column: 5, says: '"soon" is no timestamp' },
  { why: "something behind the end", output: "a 1\n# EOF\nb 2", line: 3, column: 1, says: "nothing may follow # EOF" },
  {
    why: "what is no sample at all",
    output: "Traceback (most recent call last):",
    line: 1,
    column: 11,
    says: "is not a number",
  },
])("refused by line and column: $why", ({ output, line, column, says }) => {
  expect(parseOpenMetrics(output, options).problems[0]).toEqual({
    line,
    column,
    message: expect.stringContaining(says) as unknown,
  });
});

test("what our own sink shows is read back, in both formats", () => {
  const name = fc.constantFrom("a", "b_seconds", "c_bytes");
  const label = fc.tuple(
    fc.constantFrom("x", "y"),
    fc.string({ minLength: 1, unit: "grapheme" }).filter((text) => !text.includes("\r")),
  );
  const sample = fc.record({
    labels: fc.uniqueArray(label, { selector: ([one]) => one }).map(labelText),
    value: fc.double({ noNaN: true, noDefaultInfinity: true, min: 0 }),
  });
  const family = fc.record({
    name,
    type: fc.constantFrom("gauge" as const, "counter" as const),
    help: fc.string(),
    samples: fc.uniqueArray(sample, { selector: ({ labels }) => labels }),
  });
  fc.assert(
    fc.property(
      fc.uniqueArray(family, { selector: (one) => one.name }),
      fc.constantFrom("openmetrics", "text"),
      (families, format) => {
        const { groups, problems } = parseOpenMetrics(expose(families, format), options);
        expect(problems).toEqual([]);
        const found = groups.flatMap(({ metrics }) =>
          Object.values(metrics).map(({ type, value }) => `${type} ${value}`),
        );
        const want = families.flatMap(({ type, samples }) =>
          samples.map(({ value }) => `${type} ${value === 0 ? 0 : value}`),
        );
        expect(found.sort()).toEqual(want.sort());
      },
    ),
  );
});

test("whatever is printed, nothing is thrown", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(...'ab_{}=", \n1.#\\', "# TYPE a counter", "# EOF", "NaN") }),
      (output) => {
        expect(parseOpenMetrics(output, options).problems.every(({ line, column }) => line > 0 && column > 0)).toBe(
          true,
        );
      },
    ),
    { numRuns: 1_000 },
  );
});
