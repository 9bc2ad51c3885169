import type { MetricGroup, Result } from "@ocelli/plugin-sdk";
import fc from "fast-check";
import { expect, test } from "vitest";
import { expose } from "./exposition.js";
import { SeriesStore, type StoreOptions } from "./series-store.js";
import { type ParsedSample, parseStrictly } from "./testing/strict-parser.js";

const resource = {
  id: "sw1",
  site: "lab",
  class: "network",
  subclass: "",
  type: "cisco",
  endpoint: "10.0.0.1",
  metadata: {},
  parents: [],
  ttlS: 0,
};
const meshMs = 1_800_000_000_000;

function result(change: Partial<Result> = {}): Result {
  return {
    kind: "polling",
    plugin: "snmp",
    resource,
    fence: 1,
    part: 0,
    last: true,
    agentId: "a",
    slotAtMs: meshMs,
    startedAtMs: meshMs,
    finishedAtMs: meshMs + 250,
    frequencyMs: 10_000,
    pluginRevision: "r",
    status: "success",
    fault: undefined,
    groups: [],
    sets: [],
    discovery: undefined,
    onDemand: false,
    ...change,
  };
}

function group(
  metrics: MetricGroup["metrics"],
  dimensions: Record<string, string> = {},
  name = "interface",
): MetricGroup {
  return {
    name,
    metrics,
    dimensions: Object.entries(dimensions).map(([key, value]) => ({ name: key, value })),
    atMs: 0,
  };
}
const octets = (value: bigint): MetricGroup["metrics"] => [{ name: "octets_in", type: "counter", value }];

function storeOf(options: Partial<StoreOptions> = {}): SeriesStore {
  return new SeriesStore({ prefix: "ocelli_", ttlMs: undefined, maxSeries: 1000, ...options });
}
function samples(
  store: SeriesStore,
  monotonicMs: number,
  format: "openmetrics" | "text" = "openmetrics",
): ParsedSample[] {
  return parseStrictly(expose(store.families(monotonicMs), format), format);
}
function values(store: SeriesStore, monotonicMs: number, name: string): string[] {
  return samples(store, monotonicMs)
    .filter((sample) => sample.name === name)
    .map(({ value }) => value);
}

test("a result becomes series with the labels of resource and dimensions, and says how the poll went", () => {
  const store = storeOf();
  const load = { name: "load_percent", type: "gauge", value: 0 } as const;
  store.take(
    result({ groups: [group([...octets(18_446_744_073_709_551n), load], { interface_name: 'Gi0/1 "up"\\\n' })] }),
    100,
  );
  const labels = { plugin: "snmp", resource_id: "sw1", site: "lab", class: "network", type: "cisco" };
  const port = { ...labels, interface_name: 'Gi0/1 "up"\\\n' };
  expect(samples(store, 2100)).toEqual([
    { name: "ocelli_interface_load_percent", labels: port, value: "0" },
    { name: "ocelli_interface_octets_in_total", labels: port, value: "18446744073709551" },
    { name: "ocelli_poll_age_seconds", labels, value: "2" },
    { name: "ocelli_poll_duration_seconds", labels, value: "0.25" },
    { name: "ocelli_poll_status", labels, value: "0" },
    { name: "ocelli_poll_up", labels, value: "1" },
  ]);
  expect(samples(store, 2100, "text")).toEqual(samples(store, 2100));
});

test("a series vanishes three intervals after it was last measured, its neighbour stays", () => {
  const store = storeOf();
  store.take(result({ groups: [group(octets(1n), { port: "1" }), group(octets(2n), { port: "2" })] }), 0);
  const later = { fence: 2, finishedAtMs: meshMs + 20_250 };
  store.take(result({ ...later, groups: [group(octets(3n), { port: "2" })] }), 20_000);
  expect(values(store, 30_000, "ocelli_interface_octets_in_total")).toEqual(["1", "3"]);
  expect(values(store, 30_001, "ocelli_interface_octets_in_total")).toEqual(["3"]);
  expect(values(store, 50_000, "ocelli_poll_up")).toEqual(["1"]);
  expect(samples(store, 50_001)).toEqual([]);
});

test("a ttl of the settings wins over the interval", () => {
  const store = storeOf({ ttlMs: 1000 });
  store.take(result({ groups: [group(octets(1n))] }), 0);
  expect(values(store, 1000, "ocelli_interface_octets_in_total")).toEqual(["1"]);
  expect(values(store, 1001, "ocelli_interface_octets_in_total")).toEqual([]);
});

test("what was measured long ago and comes only now is not shown as if it were new", () => {
  const store = storeOf();
  store.take(result({ plugin: "old", groups: [group(octets(1n))] }), 0);
  store.take(result({ plugin: "new", finishedAtMs: meshMs + 3_600_000, groups: [group(octets(2n))] }), 5);
  expect(values(store, 10, "ocelli_interface_octets_in_total")).toEqual(["2"]);
});

test("a poll that fails says so at once, and keeps the last values for their ttl", () => {
  const store = storeOf();
  store.take(result({ groups: [group(octets(1n))] }), 0);
  store.take(result({ fence: 2, status: "timeout", finishedAtMs: meshMs + 10_250 }), 10_000);
  expect(values(store, 10_000, "ocelli_poll_up")).toEqual(["0"]);
  expect(values(store, 10_000, "ocelli_poll_status")).toEqual(["3"]);
  expect(values(store, 10_000, "ocelli_interface_octets_in_total")).toEqual(["1"]);
});

test("a stale run's result changes nothing", () => {
  const store = storeOf();
  store.take(result({ fence: 5, groups: [group(octets(5n))] }), 0);
  store.take(result({ fence: 4, groups: [group(octets(4n))] }), 1);
  expect(values(store, 2, "ocelli_interface_octets_in_total")).toEqual(["5"]);
});

test("a result in parts is one result", () => {
  const store = storeOf();
  store.take(result({ part: 0, last: false, groups: [group(octets(1n), { port: "1" })] }), 0);
  store.take(result({ part: 1, groups: [group(octets(2n), { port: "2" })] }), 0);
  expect(values(store, 1, "ocelli_interface_octets_in_total")).toEqual(["1", "2"]);
});

test("a resource that moves to another site leaves no series at the old one", () => {
  const store = storeOf();
  store.take(result({ groups: [group(octets(1n))] }), 0);
  store.take(result({ fence: 2, resource: { ...resource, site: "ams" }, groups: [group(octets(2n))] }), 1);
  expect(samples(store, 2).filter(({ name }) => name === "ocelli_interface_octets_in_total")).toMatchObject([
    { labels: { site: "ams" }, value: "2" },
  ]);
});

test("dimensions named like a label of the resource or like Prometheus' own are renamed", () => {
  const store = storeOf();
  store.take(result({ groups: [group(octets(1n), { type: "x", __name__: "y", dimension_type: "z" })] }), 0);
  expect(samples(store, 0)[0]?.labels).toMatchObject({
    type: "cisco",
    dimension_type: "z",
    dimension_type_: "x",
    dimension_name__: "y",
  });
});

test("discoveries, enrichments and counters below zero leave no trace", () => {
  const store = storeOf();
  store.take(result({ kind: "enrichment" }), 0);
  store.take(result({ kind: "discovery", resource: undefined }), 0);
  expect(expose(store.families(0), "openmetrics")).toBe("# EOF\n");
  expect(expose(store.families(0), "text")).toBe("");
  store.take(result({ groups: [group([{ name: "x", type: "counter", value: -1n }])] }), 0);
  expect(values(store, 0, "ocelli_interface_x_total")).toEqual([]);
});

test("beyond the most series new ones are left out and counted, old ones go on", () => {
  const store = storeOf({ maxSeries: 2 });
  const groups = ["1", "2", "3"].map((port) => group(octets(1n), { port }));
  store.take(result({ groups }), 0);
  expect(store.takeLeftOut()).toBe(1);
  expect(store.takeLeftOut()).toBe(0);
  store.take(result({ fence: 2, groups: [group(octets(9n), { port: "1" })] }), 0);
  expect(values(store, 0, "ocelli_interface_octets_in_total")).toEqual(["9", "1"]);
  store.families(30_001);
  expect(store.size).toBe(0);
});

test("whatever plugins name their groups, metrics and dimensions, both formats are kept to the letter", () => {
  const word = fc.oneof(
    fc.constantFrom("a", "a_total", "a_created", "poll", "up", "type", "__x"),
    fc.string({ maxLength: 5 }),
  );
  const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,4}$/);
  const metric = fc.record({
    name: fc.oneof(name, fc.constantFrom("a", "a_total", "up", "status")),
    type: fc.constantFrom("gauge" as const, "counter" as const),
    value: fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    ),
  });
  const anyGroup = fc.record({
    name: word,
    metrics: fc.array(metric, { maxLength: 4 }),
    dimensions: fc.uniqueArray(fc.record({ name: fc.oneof(name, fc.constantFrom("type", "__x")), value: word }), {
      maxLength: 3,
      selector: (dimension) => dimension.name,
    }),
    atMs: fc.constant(0),
  });
  fc.assert(
    fc.property(fc.array(anyGroup, { maxLength: 5 }), word, (groups, id) => {
      const store = storeOf({ prefix: id.length % 2 === 0 ? "" : "ocelli_" });
      store.take(result({ groups, resource: { ...resource, id } }), 0);
      expect(samples(store, 0, "text")).toHaveLength(samples(store, 0).length);
    }),
    { numRuns: 300 },
  );
});
