import { describe, expect, test } from "vitest";
import { resource, task } from "../testing/fakes.js";
import { judgeTask } from "./claim-task.js";
import { wantedEnrichments } from "./work-items.js";

describe("by the broker's clock a task", () => {
  const one = task({ notBeforeAtMs: 1_000, expiresAtMs: 2_000 });
  test.for([
    { why: "is waited for before its instant", nowMs: 900, want: { waitMs: 100 } },
    { why: "is claimed from its instant on", nowMs: 1_000, want: "now" },
    { why: "is dropped from its end on", nowMs: 2_000, want: "expired" },
    { why: "is put off while the clock is unknown", nowMs: Number.NaN, want: { waitMs: 2_000 } },
  ] as const)("$why", ({ nowMs, want }) => expect(judgeTask(one, nowMs)).toEqual(want));
});

describe("a resource travels with the enrichment that", () => {
  const sw1 = { ...resource, id: "sw1" };
  test.for([
    { why: "its module wants, where the file says nothing", preload: [], wants: ["interface"], got: ["sw1 interface"] },
    {
      why: "the file asks for",
      preload: ["self:cpu", "site:1:map"],
      wants: ["interface"],
      got: ["sw1 cpu", "site:1 map"],
    },
  ])("$why", ({ preload, wants, got }) => {
    const found = wantedEnrichments(preload, wants, sw1.id).map(
      ({ resourceId, namespace }) => `${resourceId} ${namespace}`,
    );
    expect(found).toEqual(got);
  });
});
