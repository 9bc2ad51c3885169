import { expect, test } from "vitest";
import { type Resource, resourceProblems, sameResource } from "./resource.js";

const base: Resource = {
  id: "r1",
  site: "ber",
  class: "network",
  subclass: "switch",
  type: "cisco-ios",
  endpoint: "10.0.0.1",
  metadata: { model: "4900M", os: "ios" },
  parents: ["rack1", "rack2"],
  ttlS: 0,
};

test.for([
  { why: "a whole one is fine", change: {}, want: [] },
  { why: "everything but the id may be empty", change: { site: "", class: "", endpoint: "" }, want: [] },
  { why: "an id may be any text", change: { id: " a/b.c\n🦎" }, want: [] },
  { why: "an id is needed", change: { id: "" }, want: ["id is empty; every resource needs one"] },
  {
    why: "the length of an id counts in bytes",
    change: { id: "é".repeat(257) },
    want: ["id is 514 bytes long; at most 512 are kept"],
  },
  { why: "an id may be as long as allowed", change: { id: "é".repeat(256) }, want: [] },
  { why: "a ttl is whole", change: { ttlS: 1.5 }, want: ["ttl 1.5 is not a whole number of seconds"] },
  { why: "a ttl is not negative", change: { ttlS: -1 }, want: ["ttl -1 is not a whole number of seconds"] },
  { why: "a ttl is a number", change: { ttlS: Number.NaN }, want: ["ttl NaN is not a whole number of seconds"] },
  { why: "nothing is its own parent", change: { parents: ["x", "r1"] }, want: ["it is its own parent"] },
  {
    why: "everything wrong is told at once",
    change: { id: "", ttlS: -1 },
    want: ["id is empty; every resource needs one", "ttl -1 is not a whole number of seconds"],
  },
])("$why", ({ change, want }) => expect(resourceProblems({ ...base, ...change })).toEqual(want));

test.for<{ why: string; change: Partial<Resource>; want: boolean }>([
  { why: "a copy says the same", change: {}, want: true },
  { why: "the order of metadata does not matter", change: { metadata: { os: "ios", model: "4900M" } }, want: true },
  { why: "a changed value matters", change: { metadata: { model: "4900M", os: "nxos" } }, want: false },
  { why: "a key more matters", change: { metadata: { model: "4900M", os: "ios", rack: "" } }, want: false },
  { why: "a key less matters", change: { metadata: { model: "4900M" } }, want: false },
  { why: "an inherited name is no key", change: { metadata: { model: "4900M", toString: "ios" } }, want: false },
  { why: "the endpoint matters", change: { endpoint: "10.0.0.2" }, want: false },
  { why: "the ttl matters", change: { ttlS: 60 }, want: false },
  { why: "the order of parents matters", change: { parents: ["rack2", "rack1"] }, want: false },
  { why: "a parent less matters", change: { parents: ["rack1"] }, want: false },
])("$why", ({ change, want }) => {
  const other: Resource = { ...base, ...change };
  expect(sameResource(base, other)).toBe(want);
  expect(sameResource(other, base)).toBe(want);
});
