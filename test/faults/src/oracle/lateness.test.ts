import { expect, test } from "vitest";
import { percentile, recoveryS } from "./lateness.js";
import type { DueSlot } from "./slots.js";

const intervalMs = 2_000;
const pairs = 200;

/** 200 pairs every 2 s for 20 s from 0 on; `isLate` says which slots are 1 s late or do not run. */
function slots(isLate: (slotAtMs: number) => "late" | "missed" | "on time"): DueSlot[] {
  return Array.from({ length: 10 * pairs }, (_, i) => {
    const slotAtMs = i * (intervalMs / pairs);
    const pair = { plugin: "poll", device: `d${i % pairs}`, frequencyMs: intervalMs, phaseMs: 0 };
    const how = isLate(slotAtMs);
    const beginAtMs = slotAtMs + (how === "late" ? 1_000 : 10);
    const hit = { ...pair, fence: i, slotAtMs, beginAtMs, endAtMs: beginAtMs + 1, answered: true };
    return { pair, slotAtMs, hit: how === "missed" ? undefined : hit };
  });
}

test.for([
  { why: "nothing is late: at once", due: slots(() => "on time"), want: 0 },
  {
    why: "what was late before the end of the faults does not count",
    due: slots((at) => (at < 4_000 ? "late" : "on time")),
    want: 0,
  },
  { why: "slots are late for 3 s more", due: slots((at) => (at < 7_000 ? "late" : "on time")), want: 2.99 },
  {
    why: "slots that did not run are not on time",
    due: slots((at) => (at < 7_000 ? "missed" : "on time")),
    want: 2.99,
  },
  {
    why: "one in a hundred may be late for ever",
    due: slots((at) => (at % 1_000 === 0 ? "late" : "on time")),
    want: 0,
  },
  { why: "it never gets better", due: slots(() => "late"), want: Number.POSITIVE_INFINITY },
])("$why", ({ due, want }) => {
  expect(recoveryS(due, 4_000, intervalMs, 500)).toBeCloseTo(want, 1);
});

test("a percentile is one of the values, and none of nothing", () => {
  const values = Array.from({ length: 100 }, (_, i) => 100 - i);
  expect([percentile(values, 0.5), percentile(values, 0.99), percentile([], 0.5)]).toEqual([51, 100, Number.NaN]);
});
