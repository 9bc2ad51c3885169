import { describe, expect, test } from "vitest";
import { aFault, resource, spec, task } from "../testing/fakes.js";
import type { ActiveRun } from "./active-run.js";
import { composeResults, failed, nothingFound, statusOf } from "./compose-results.js";

const from = { agentId: "a", finishedAtMs: 2, firstPart: 0 };
const groups = [{ bytes: new Uint8Array(1), metrics: 1, hasStatus: false }];

function run(kind: "enrichment" | "discovery"): ActiveRun {
  const module = { itemsPerCall: 1 } as ActiveRun["plugin"]["module"]; // no call is made here
  return {
    task: task({ kind }),
    plugin: { spec, kind, module, wantsEnrichments: [] },
    pair: { plugin: "p", resourceId: "sw1" },
    place: { partition: 0, key: "p.sw1" },
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
      outcome: { ...failed(aFault), groups },
      want: "network",
    },
  ] as const)("$why", ({ outcome, want }) => expect(statusOf(outcome)).toBe(want));
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
