import type { Fault } from "@ocelli/model";
import { expect, test } from "vitest";
import { type Found, foundText } from "./found-text.js";

const fault: Fault = { status: "timeout", message: "no end", origin: "plugin", retry: "next_slot", scope: "item" };
const resource = { site: "", class: "", subclass: "", type: "", endpoint: "", metadata: {}, parents: [], ttlS: 0 };
const nothing: Found = {
  ...{ kind: "polling", status: "success", fault: undefined },
  ...{ groups: [], sets: [], discovery: undefined },
};
const groups = Array.from({ length: 25 }, (_, n) => ({
  ...{ name: "g", dimensions: [{ name: "n", value: String(n) }], atMs: 0 },
  metrics: [{ name: "a", type: "gauge" as const, value: n }],
}));
const resources = groups.map((_, n) => ({ ...resource, id: `r-${n}` }));

test.for([
  { why: "a poll that went well is shown whole", found: { groups }, rows: 50, more: undefined },
  { why: "of a failed poll the beginning", found: { groups, fault }, rows: 41, more: 5 },
  {
    why: "of a failed discovery the beginning",
    found: { kind: "discovery" as const, fault, discovery: { resources, summary: undefined } },
    rows: 22,
    more: 5,
  },
])("$why", ({ found, rows, more }) => {
  const lines = foundText({ ...nothing, ...found })
    .trimEnd()
    .split("\n");
  expect(lines).toHaveLength(rows);
  if (more !== undefined) expect(lines.at(-1)).toBe(`… and ${more} more: -o json has them all`);
});
