import { expect, test } from "vitest";
import { type Explanation, explain } from "./explain.js";
import { parseFilter } from "./parse.js";
import type { FilterSubject } from "./syntax.js";

const srx: FilterSubject = {
  site: "",
  class: "network",
  subclass: "firewall",
  type: "juniper",
  id: "fw1",
  endpoint: "10.0.0.9",
  metadata: { model: "SRX1400" },
};

function explained(text: string): Explanation {
  const parsed = parseFilter(text);
  if (parsed.kind === "bad") throw new Error(JSON.stringify(parsed.problems));
  return explain(parsed.filter, srx);
}

test.for([
  { why: "an empty filter says so", text: "", want: "yes: the filter is empty" },
  {
    why: "of an AND, the clause that failed and the value it failed on",
    text: 'resource_class = "network" AND resource_type LIKE "cisco%" AND resource_id = "x"',
    want: 'no: resource_type LIKE "cisco%" is false, resource_type is "juniper"',
  },
  {
    why: "of an AND that holds, every clause",
    text: 'resource_class = "network" AND resource_id = "fw1"',
    want: 'yes: resource_class = "network" is true, resource_class is "network"; resource_id = "fw1" is true, resource_id is "fw1"',
  },
  {
    why: "of an OR, the clause that held",
    text: 'resource_type LIKE "cisco%" OR resource_metadata.model LIKE "SRX%"',
    want: 'yes: resource_metadata.model LIKE "SRX%" is true, resource_metadata.model is "SRX1400"',
  },
  {
    why: "of an OR that fails, every clause",
    text: 'resource_type = "a" OR resource_site = "b"',
    want: 'no: resource_type = "a" is false, resource_type is "juniper"; resource_site = "b" is false, resource_site is ""',
  },
  {
    why: "under NOT, the clause that held too well",
    text: 'resource_class = "network" AND NOT (resource_type = "x" OR resource_type = "juniper")',
    want: 'no: resource_type = "juniper" is true under NOT, resource_type is "juniper"',
  },
  {
    why: "a missing key is called missing",
    text: 'resource_metadata.os = "junos"',
    want: 'no: resource_metadata.os = "junos" is false, resource_metadata.os is not set',
  },
  {
    why: "many reasons are cut",
    text: 'resource_id IN ("1") OR resource_id="2" OR resource_id="3" OR resource_id="4" OR resource_id="5"',
    want: 'no: resource_id IN ("1") is false, resource_id is "fw1"; resource_id="2" is false, resource_id is "fw1"; resource_id="3" is false, resource_id is "fw1"; and 2 more',
  },
])("the summary names, $why", ({ text, want }) => expect(explained(text).summary).toBe(want));

test("every clause is listed as written, with its value and depth, also behind the one that decided", () => {
  const { clauses, matches } = explained(
    'resource_class="x" and not (resource_type  LIKE "J%" or RESOURCE_METADATA.os = "")',
  );
  expect(matches).toBe(false);
  expect(clauses).toEqual([
    { text: 'resource_class="x"', holds: false, value: "network", depth: 1 },
    { text: 'resource_type  LIKE "J%"', holds: true, value: "juniper", depth: 3 },
    { text: 'RESOURCE_METADATA.os = ""', holds: true, value: "", depth: 3 },
  ]);
});

test("a single clause stands at depth 0, in however many parentheses", () => {
  expect(explained('((resource_id = "fw1"))').clauses[0]?.depth).toBe(0);
});
