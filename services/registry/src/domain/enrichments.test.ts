import type { EnrichmentSet } from "@ocelli/model";
import { expect, test } from "vitest";
import { aResource, aResult } from "../testing/builders.js";
import { applyEnrichment, enrichmentMaxBytes, type KnownEnrichment } from "./enrichments.js";

const bytes = (text: string) => new TextEncoder().encode(text);
const aSet = (over: Partial<EnrichmentSet> = {}): EnrichmentSet => ({
  namespace: "interface",
  schema: "0.1",
  ttlS: 100,
  dataJson: bytes('{"a":1}'),
  resourceId: "",
  ...over,
});
const known = (over: Partial<KnownEnrichment> = {}): KnownEnrichment => ({
  plugin: "iface",
  schema: "0.1",
  createdAtMs: 0,
  expiresAtMs: 100_000,
  digest: '{"a":1}',
  ...over,
});

function apply(sets: readonly EnrichmentSet[], before: KnownEnrichment | undefined, nowMs = 10_000) {
  const result = aResult({
    kind: "enrichment",
    plugin: "iface",
    resource: aResource("sw1"),
    sets,
    finishedAtMs: nowMs,
  });
  const view = {
    get: () => before,
    hasResource: (id: string) => id.startsWith("sw"),
    isSource: (plugin: string) => plugin !== "gone",
    digestOf: (data: Uint8Array) => new TextDecoder().decode(data),
  };
  return applyEnrichment(result, view, nowMs);
}

test("a set belongs to the resource that was asked about, unless it says another", () => {
  const { puts } = apply([aSet(), aSet({ resourceId: "sw2", ttlS: 0 })], undefined);
  expect(puts.map((put) => put.key)).toEqual([
    ["sw1", "interface"],
    ["sw2", "interface"],
  ]);
  expect(puts.map((put) => put.record.set.resourceId)).toEqual(["sw1", "sw2"]);
  expect(puts.map((put) => put.record.expiresAtMs)).toEqual([110_000, 40_000]);
  expect(puts.map((put) => put.event?.type)).toEqual(["enrichment.changed", "enrichment.changed"]);
});

test.for([
  { why: "the same facts, young: nothing is written", before: known(), nowMs: 10_000, written: 0, told: 0 },
  { why: "the same facts, half over: refreshed without a word", before: known(), nowMs: 50_000, written: 1, told: 0 },
  { why: "other facts: written and told", before: known({ digest: "{}" }), nowMs: 10_000, written: 1, told: 1 },
  { why: "another ttl: written", before: known({ expiresAtMs: 900_000 }), nowMs: 10_000, written: 1, told: 0 },
  {
    why: "a plugin that exists no more is followed by another",
    before: known({ plugin: "gone" }),
    nowMs: 10_000,
    written: 1,
    told: 1,
  },
])("$why", ({ before, nowMs, written, told }) => {
  const { puts, refused } = apply([aSet()], before, nowMs);
  expect([puts.length, puts.filter((put) => put.event).length, refused]).toEqual([written, told, []]);
});

test.for([
  {
    why: "too big for a message of the broker",
    set: aSet({ dataJson: new Uint8Array(enrichmentMaxBytes + 1) }),
    words: "900001 bytes",
  },
  { why: "no JSON", set: aSet({ dataJson: bytes("{oops") }), words: "no JSON object" },
  { why: "JSON, but no object", set: aSet({ dataJson: bytes("[1]") }), words: "no JSON object" },
  { why: "not UTF-8", set: aSet({ dataJson: Uint8Array.of(0x7b, 0xff, 0x7d) }), words: "no JSON object" },
  { why: "no namespace", set: aSet({ namespace: "" }), words: "no namespace" },
  { why: "an unknown resource", set: aSet({ resourceId: "nobody" }), words: 'no resource "nobody"' },
])("refused alone, and told: $why", ({ set, words }) => {
  const { puts, refused } = apply([set, aSet({ namespace: "good" })], undefined);
  expect(puts.map((put) => put.key[1])).toEqual(["good"]);
  expect(refused).toMatchObject([
    { type: "resource.refused", plugin: "iface", message: expect.stringContaining(words) },
  ]);
});

test("a namespace has one source, the first, while it lives", () => {
  expect(apply([aSet()], known({ plugin: "other" })).refused).toHaveLength(1);
  expect(apply([aSet()], known({ plugin: "other", expiresAtMs: 9_000 })).puts).toHaveLength(1);
});
