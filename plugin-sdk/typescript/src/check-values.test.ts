import { expect, test } from "vitest";
import { checkEnrichment } from "./check-enrichment.js";
import { checkGroup } from "./check-group.js";
import { checkResource } from "./check-resource.js";
import { counter, gauge } from "./values.js";

const group = (metrics: unknown, more: object = {}): unknown => ({ name: "cpu", metrics, ...more });

test("a group keeps what was measured: zero is a value, and big counters keep every digit", () => {
  const checked = checkGroup(
    group(
      { load: gauge(0), idle: gauge(-1.5), octets_total: counter(2n ** 63n - 1n), packets_total: counter(12) },
      { dimensions: { cpu_no: "0" }, atMs: 1_700_000_000_000 },
    ),
    new Set(),
  );
  expect(checked).toEqual({
    name: "cpu",
    dimensions: [{ name: "cpu_no", value: "0" }],
    metrics: [
      { name: "load", type: "gauge", value: 0 },
      { name: "idle", type: "gauge", value: -1.5 },
      { name: "octets_total", type: "counter", value: 9_223_372_036_854_775_807n },
      { name: "packets_total", type: "counter", value: 12n },
    ],
    atMs: 1_700_000_000_000,
  });
});

test("a 64-bit counter beyond a signed integer travels as the nearest double", () => {
  const { metrics } = checkGroup(group({ octets_total: counter(2n ** 64n - 1n) }), new Set());
  expect(metrics[0]?.value).toBe(2 ** 64);
});

test.for([
  {
    why: "NaN",
    value: group({ load: gauge(Number.NaN) }),
    text: /^metric load of group cpu is NaN, not a finite number/,
  },
  { why: "infinity", value: group({ load: gauge(1 / 0) }), text: /metric load of group cpu is Infinity/ },
  { why: "text for a number", value: group({ load: gauge("5" as never) }), text: /metric load of group cpu is text/ },
  { why: "a bare number", value: group({ load: 5 }), text: /metric load of group cpu is a number: write gauge/ },
  {
    why: "nothing for a number",
    value: group({ load: undefined }),
    text: /metric load of group cpu is undefined: write gauge/,
  },
  {
    why: "a counter below zero",
    value: group({ n_total: counter(-2) }),
    text: /metric n_total of group cpu is a counter and cannot be negative \(-2\)/,
  },
  {
    why: "a bad metric name",
    value: group({ "cpu-load": gauge(1) }),
    text: /metric "cpu-load" of group cpu is no name: a letter/,
  },
  {
    why: "a bad dimension name",
    value: group({ a: gauge(1) }, { dimensions: { "if.name": "x" } }),
    text: /dimension "if.name" of group cpu is no name/,
  },
  {
    why: "a number for a dimension",
    value: group({ a: gauge(1) }, { dimensions: { no: 1 } }),
    text: /dimension no of group cpu is a number: write its value as text/,
  },
  { why: "no metrics at all", value: group({}), text: /group cpu\{\} has no metrics/ },
  { why: "no name", value: { metrics: {} }, text: /a group's name is text, not undefined/ },
  { why: "text for a group", value: "cpu", text: /a metric group is an object, not text/ },
  {
    why: "an instant that is none",
    value: group({ a: gauge(1) }, { atMs: -1 }),
    text: /atMs of group cpu is a whole number of epoch ms, not -1/,
  },
])("a group with $why is refused in one sentence", ({ value, text }) => {
  expect(() => checkGroup(value, new Set())).toThrow(text);
});

test("groups of one name are told apart by their dimensions, in any order", () => {
  const seen = new Set<string>();
  const one = (dimensions: Record<string, string>) => checkGroup(group({ a: gauge(1) }, { dimensions }), seen);
  one({ x: "1", y: "2" });
  one({ x: "2", y: "1" });
  expect(() => one({ y: "2", x: "1" })).toThrow('group cpu{y="2",x="1"} comes twice');
});

const facts = { namespace: "interface", schema: "0.1", ttlS: 300, data: { a: [1] } };

test.for([
  { why: "without a namespace", value: { ...facts, namespace: "" }, text: /namespace is text/ },
  {
    why: "with a ttl of zero",
    value: { ...facts, ttlS: 0 },
    text: /ttlS of enrichment interface is a whole number of seconds from 1 on, not 0/,
  },
  {
    why: "with a list for data",
    value: { ...facts, data: [] },
    text: /data of enrichment interface is an object, not a list/,
  },
  { why: "with data that is no JSON", value: { ...facts, data: { n: 1n } }, text: /cannot be written as JSON/ },
])("an enrichment $why is refused", ({ value, text }) => {
  expect(() => checkEnrichment(value, new Set())).toThrow(text);
});

test("an enrichment comes once for each resource", () => {
  const seen = new Set<string>();
  checkEnrichment(facts, seen);
  checkEnrichment({ ...facts, resourceId: "other" }, seen);
  expect(() => checkEnrichment(facts, seen)).toThrow("enrichment interface comes twice for one resource");
});

test("a resource is filled up with empty fields", () => {
  expect(checkResource({ id: "a b/ü.c", metadata: { rack: "7" } })).toEqual({
    id: "a b/ü.c",
    site: "",
    class: "",
    subclass: "",
    type: "",
    endpoint: "",
    metadata: { rack: "7" },
    parents: [],
    ttlS: 0,
  });
});

test.for([
  { why: "without an id", value: {}, text: /a resource's id is text, not undefined/ },
  { why: "with an empty id", value: { id: "" }, text: /resource "": id is empty/ },
  { why: "with an id that is too long", value: { id: "x".repeat(513) }, text: /at most 512/ },
  {
    why: "with a number for metadata",
    value: { id: "a", metadata: { rack: 7 } },
    text: /metadata rack of resource "a" is a number: write it as text/,
  },
  {
    why: "with a parent that is no id",
    value: { id: "a", parents: [1] },
    text: /parents of resource "a" are a list of ids/,
  },
  { why: "with a number for a site", value: { id: "a", site: 4 }, text: /site of resource "a" is text, not a number/ },
])("a resource $why is refused", ({ value, text }) => {
  expect(() => checkResource(value)).toThrow(text);
});
