import type { EnrichmentSet, Metric, MetricGroup, Resource } from "@ocelli/model";
import { expect, test } from "vitest";
import { resultOf } from "../testing/builders.js";
import { compareRuns } from "./compare.js";

const gauge = (name: string, value: number | bigint): Metric => ({ name, type: "gauge", value });
const counter = (name: string, value: number | bigint): Metric => ({ name, type: "counter", value });
const cpu = (metrics: readonly Metric[], dimensions = [{ name: "no", value: "0" }]): MetricGroup => {
  return { name: "cpu", dimensions, metrics, atMs: 0 };
};
const shadowOf = (change: object) => ({ ...resultOf(), ...change });

test.for([
  {
    why: "equal metrics are the same, whenever they were read",
    live: [gauge("x", 1)],
    shadow: [gauge("x", 1)],
    verdict: "same",
    differences: [],
  },
  {
    why: "a whole number and the same as floating point are the same",
    live: [gauge("x", 1n)],
    shadow: [gauge("x", 1)],
    verdict: "same",
    differences: [],
  },
  {
    why: "zero is a value",
    live: [gauge("x", 0)],
    shadow: [],
    verdict: "differs",
    differences: [{ kind: "only_live", subject: "cpu no=0 x", live: 0 }],
  },
  {
    why: "another value of a gauge is shown with how much",
    live: [gauge("x", 1.5)],
    shadow: [gauge("x", 2)],
    verdict: "values",
    differences: [{ kind: "gauge", live: 1.5, shadow: 2, change: 0.5 }],
  },
  {
    why: "a counter that fell is a difference",
    live: [counter("x", 9n)],
    shadow: [counter("x", 2n)],
    verdict: "differs",
    differences: [{ kind: "fell", change: -7n }],
  },
  {
    why: "a gauge that became a counter is another thing",
    live: [gauge("x", 1)],
    shadow: [counter("x", 1)],
    verdict: "differs",
    differences: [{ kind: "type", live: "gauge", shadow: "counter" }],
  },
  {
    why: "what only the shadow found is a difference",
    live: [],
    shadow: [gauge("x", 1)],
    verdict: "differs",
    differences: [{ kind: "only_shadow", shadow: 1 }],
  },
] as const)("$why", ({ live, shadow, verdict, differences }) => {
  const compared = compareRuns(resultOf({ groups: [cpu(live)] }), shadowOf({ groups: [cpu(shadow)] }));
  expect(compared).toMatchObject({ verdict, differences });
});

test("a counter that has grown is no difference, and keeps every digit", () => {
  const [live, shadow] = [counter("x", 2n ** 60n), counter("x", 2n ** 60n + 3n)];
  const compared = compareRuns(resultOf({ groups: [cpu([live])] }), shadowOf({ groups: [cpu([shadow])] }));
  expect(compared).toMatchObject({ verdict: "same", same: 0, grown: [{ subject: "cpu no=0 x", change: 3n }] });
});

test("groups are the same ones by their dimensions, in whatever order those are", () => {
  const [a, b] = [
    { name: "a", value: "1" },
    { name: "b", value: "2" },
  ] as const;
  const compared = compareRuns(
    resultOf({ groups: [cpu([gauge("x", 1)], [a, b])] }),
    shadowOf({ groups: [cpu([gauge("x", 1)], [b, a])] }),
  );
  expect(compared).toMatchObject({ verdict: "same", compared: 1 });
});

test("the status that a mesh adds to every poll is no metric that the shadow lacks", () => {
  const added = { name: "status", dimensions: [], metrics: [gauge("status", 0)], atMs: 1 };
  expect(compareRuns(resultOf({ groups: [added] }), shadowOf({}))).toMatchObject({ verdict: "same", compared: 0 });
});

test("another status is a difference, and of a run that failed nothing else counts", () => {
  const live = resultOf({ groups: [cpu([gauge("x", 1)])] });
  expect(compareRuns(live, shadowOf({ status: "timeout" }))).toMatchObject({ verdict: "differs", differences: [] });
});

test("both failing alike is the same", () => {
  const live = resultOf({ status: "timeout" });
  expect(compareRuns(live, shadowOf({ status: "timeout" }))).toMatchObject({ verdict: "same" });
});

test("facts are compared value by value, whatever the order of their keys", () => {
  const set = (data: object): EnrichmentSet => {
    const dataJson = new TextEncoder().encode(JSON.stringify(data));
    return { namespace: "interface", schema: "1", ttlS: 60, dataJson, resourceId: "" };
  };
  const live = resultOf({ kind: "enrichment", sets: [set({ a: { name: "x", up: true }, b: 1 })] });
  const shadow = shadowOf({ sets: [set({ b: 1, a: { up: false, name: "x" } })] });
  expect(compareRuns(live, shadow)).toMatchObject({
    verdict: "differs",
    differences: [{ subject: "interface /a/up", kind: "content", live: "true", shadow: "false" }],
  });
});

test("resources are compared by id and field", () => {
  const one: Resource = {
    ...{ id: "sw-1", endpoint: "10.0.0.1", site: "", class: "", subclass: "", type: "" },
    ...{ metadata: {}, parents: [], ttlS: 0 },
  };
  const summary = { complete: true, resources: 1, scopes: [] };
  const live = resultOf({ kind: "discovery", resource: undefined, discovery: { resources: [one], summary } });
  const moved = { ...one, endpoint: "10.0.0.2" };
  const shadow = shadowOf({
    discovery: { resources: [moved, { ...one, id: "sw-2" }], summary: { ...summary, resources: 2 } },
  });
  expect(compareRuns(live, shadow).differences).toMatchObject([
    { subject: "sw-1 endpoint", kind: "content", live: "10.0.0.1", shadow: "10.0.0.2" },
    { subject: "sw-2", kind: "only_shadow" },
  ]);
});
