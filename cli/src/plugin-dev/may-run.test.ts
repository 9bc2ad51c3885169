import { expect, test } from "vitest";
import { type CopyCase, mayRun } from "./may-run.js";

const startedAtMs = 1_000_000;
const pair = { resourceId: "sw-1", frequencyMs: 60_000, startedAtMs };
const base: CopyCase = {
  nowMs: startedAtMs + 2_000,
  timeoutMs: 10_000,
  pair,
  neighbours: [],
  gapMs: 0,
  deviceFreeSinceMs: startedAtMs + 1_500,
  deviceBusy: false,
  full: false,
};
const neighbour = (change: object) => ({ ...pair, resourceId: "sw-1b", ...change });

// The guard opens 59 s after the start, and a second before that a copy has to be over.
test.for([
  { why: "right after its live run it runs", change: {}, want: { kind: "run", deadlineMs: 10_000, endMs: 56_000 } },
  {
    why: "it runs as long as its whole timeout is left",
    change: { nowMs: startedAtMs + 48_000 },
    want: { kind: "run", endMs: 10_000 },
  },
  {
    why: "a millisecond later it never runs, for the next live run may come too soon",
    change: { nowMs: startedAtMs + 48_001 },
    want: { kind: "skip", why: "only 10 s are left until the next live run may start; it needs 10 s" },
  },
  {
    why: "with a timeout near the interval half of the interval is enough, and it gets less time than a live run",
    change: { timeoutMs: 58_000, nowMs: startedAtMs + 20_000 },
    want: { kind: "run", deadlineMs: 38_000, endMs: 38_000 },
  },
  {
    why: "after half of the interval is gone it is not",
    change: { timeoutMs: 58_000, nowMs: startedAtMs + 30_000 },
    want: { kind: "skip" },
  },
  {
    why: "a result that comes an interval late is no reason to run",
    change: { nowMs: startedAtMs + 61_000 },
    want: { kind: "skip", why: "no time is left until the next live run may start; it needs 10 s" },
  },
  {
    why: "while somebody forces a live run it does not run",
    change: { pair: { ...pair, startedAtMs: undefined } },
    want: { kind: "skip" },
  },
  { why: "two copies are never on at one device", change: { deviceBusy: true }, want: { kind: "wait" } },
  { why: "no more than --in-flight are on", change: { full: true }, want: { kind: "wait" } },
  { why: "a gap that the device wants is kept after the live run", change: { gapMs: 1_000 }, want: { kind: "wait" } },
  { why: "and before the next one", change: { gapMs: 500 }, want: { kind: "run", endMs: 55_500 } },
  {
    why: "a neighbour on the device whose run is on is waited for",
    change: { neighbours: [neighbour({ startedAtMs: startedAtMs - 58_500 })] },
    want: { kind: "wait", why: "the live run on sw-1b, the same device, is due or on" },
  },
  {
    why: "a neighbour of whose runs nothing is known is waited for",
    change: { neighbours: [neighbour({ startedAtMs: undefined })] },
    want: { kind: "wait", why: "no live result of sw-1b, the same device, was seen yet" },
  },
  {
    why: "a copy has to be over before the next run of a neighbour",
    change: { neighbours: [neighbour({ startedAtMs: startedAtMs - 40_000 })] },
    want: { kind: "run", deadlineMs: 10_000, endMs: 16_000 },
  },
] as const)("$why", ({ change, want }) => {
  expect(mayRun({ ...base, ...change })).toMatchObject(want);
});
