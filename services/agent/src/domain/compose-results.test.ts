import { describe, expect, test } from "vitest";
import { aFault, resource, spec, task } from "../testing/fakes.js";
import type { ActiveRun } from "./active-run.js";
import { composeResults, failed, nothingFound, statusOf } from "./compose-results.js";

const from = { agentId: "a", finishedAtMs: 2, receivedAtMs: 77 };
const group = (name: string, atMs = 0) => ({ name, dimensions: [], metrics: [], atMs });

function run(kind: "polling" | "enrichment" | "discovery"): ActiveRun {
  const module = { itemsPerCall: 1 } as ActiveRun["plugin"]["module"]; // no call is made here
  return {
    task: task({ kind }),
    plugin: { spec, kind, module, wantsEnrichments: [] },
    pair: { plugin: "p", resourceId: "sw1" },
    partition: 0,
    attempt: "",
    fence: 4,
    startedAtMs: 1,
    startedMonoMs: 0,
    deadlineMonoMs: 0,
    revision: 4,
    heldSinceMonoMs: 0,
    renewing: undefined,
    phase: "finishing",
    abandon: undefined,
  };
}

describe("status", () => {
  test.for([
    { why: "no fault is success", outcome: nothingFound, want: "success" },
    { why: "a fault alone is what it says", outcome: failed(aFault), want: "network" },
    {
      why: "a fault beside data is what it says too",
      outcome: { ...failed(aFault), groups: [group("g")] },
      want: "network",
    },
  ] as const)("$why", ({ outcome, want }) => expect(statusOf(outcome)).toBe(want));
});

test("a poll always tells its status as a metric, unless the module has its own", () => {
  expect(composeResults(run("polling"), nothingFound, from)[0]?.groups.map(({ name }) => name)).toEqual(["status"]);
  const own = composeResults(run("polling"), { ...nothingFound, groups: [group("status"), group("x")] }, from);
  expect(own[0]?.groups.map(({ name }) => name)).toEqual(["status", "x"]);
});

test("a group without a time gets the time it was received, one with a time keeps it", () => {
  const [result] = composeResults(run("polling"), { ...nothingFound, groups: [group("a"), group("status", 5)] }, from);
  expect(result?.groups.map(({ atMs }) => atMs)).toEqual([77, 5]);
});

test("a large discovery travels in parts below the broker's limit, and only the last one has the summary", () => {
  const resources = Array.from({ length: 5_000 }, (_, i) => ({
    ...resource,
    id: `r${i}`,
    metadata: { model: "x".repeat(100) },
  }));
  const summary = { complete: true, resources: 5_000, scopes: [] };
  const parts = composeResults(run("discovery"), { ...nothingFound, resources, summary }, from);
  expect(parts.length).toBeGreaterThan(2);
  expect(parts.map(({ part }) => part)).toEqual(parts.map((_, i) => i));
  expect(parts.filter(({ last }) => last)).toHaveLength(1);
  expect(parts.map(({ discovery }) => discovery?.summary !== undefined)).toEqual(
    parts.map((_, i) => i === parts.length - 1),
  );
  expect(parts.flatMap(({ discovery }) => discovery?.resources ?? [])).toHaveLength(5_000);
});
