import { expect, test } from "vitest";
import { matcherOf, matches } from "./match.js";
import { parseFilter } from "./parse.js";
import type { Filter, FilterSubject } from "./syntax.js";

const router: FilterSubject = {
  site: "ber",
  class: "network",
  subclass: "router",
  type: 'Cisco-"IOS"\\x',
  id: "r1.ber/é 1",
  endpoint: "10.0.0.1:161",
  metadata: { Model: "C4900", empty: "", "rack row": "4" },
};

function filterOf(text: string): Filter {
  const parsed = parseFilter(text);
  if (parsed.kind === "bad") throw new Error(JSON.stringify(parsed.problems));
  return parsed.filter;
}

test.for([
  { why: "an empty filter matches everything", text: "  ", want: true },
  { why: "= compares exactly", text: 'resource_class = "Network"', want: false },
  { why: "!= compares exactly", text: 'resource_class != "Network"', want: true },
  { why: "a value can have quotes and backslashes", text: 'resource_type = "Cisco-\\"IOS\\"\\\\x"', want: true },
  { why: "LIKE is blind to the case of ASCII letters", text: 'resource_type LIKE "cISCO%"', want: true },
  { why: "LIKE is not blind to the case of others", text: 'resource_id LIKE "%É%"', want: false },
  { why: "LIKE covers the whole value", text: 'resource_type LIKE "cisco"', want: false },
  { why: "NOT LIKE is the opposite", text: 'resource_type NOT LIKE "juniper%"', want: true },
  { why: "IN takes any of its values", text: 'resource_site IN ("ham", "ber")', want: true },
  { why: "NOT IN takes none of its values", text: 'resource_site NOT IN ("ham", "ber")', want: false },
  { why: "the endpoint can be asked for", text: 'resource_endpoint LIKE "%:161"', want: true },
  { why: "metadata can be asked for", text: 'resource_metadata.Model = "C4900"', want: true },
  { why: "metadata keys keep their case", text: 'resource_metadata.model = "C4900"', want: false },
  { why: "metadata keys in quotes can be any text", text: 'resource_metadata."rack row" = "4"', want: true },
  { why: "a missing key is empty", text: 'resource_metadata.nope = ""', want: true },
  { why: "a missing key is unlike any other value", text: 'resource_metadata.nope != "x"', want: true },
  { why: "NOT matches a missing key", text: 'NOT resource_metadata.nope = "x"', want: true },
  { why: "NOT IN matches a missing key", text: 'resource_metadata.nope NOT IN ("x", "y")', want: true },
  { why: "LIKE % matches a missing key", text: 'resource_metadata.nope LIKE "%"', want: true },
  { why: "a name every object has is a missing key", text: 'resource_metadata.constructor = ""', want: true },
  {
    why: "AND binds tighter than OR in front",
    text: 'resource_class = "x" AND resource_id = "y" OR resource_site = "ber"',
    want: true,
  },
  {
    why: "AND binds tighter than OR behind",
    text: 'resource_site = "ber" OR resource_id = "y" AND resource_class = "x"',
    want: true,
  },
  {
    why: "parentheses win",
    text: '(resource_site = "ber" OR resource_id = "y") AND resource_class = "x"',
    want: false,
  },
  { why: "NOT binds tighter than AND", text: 'NOT resource_site = "x" AND resource_class = "x"', want: false },
  { why: "NOT takes a group", text: 'NOT (resource_site = "x" AND resource_class = "x")', want: true },
  { why: "two NOTs are none", text: 'NOT NOT resource_site = "ber"', want: true },
  {
    why: "metadata may stand first and under OR, which Panoptes could not",
    text: 'resource_metadata.Model LIKE "SRX%" OR resource_metadata.Model LIKE "C4%"',
    want: true,
  },
])("$why", ({ text, want }) => expect(matches(filterOf(text), router)).toBe(want));

test("a filter is compiled once", () => {
  const filter = filterOf('resource_class = "network"');
  expect(matcherOf(filter)).toBe(matcherOf(filter));
});
