import { expect, test } from "vitest";
import { judge, leaseMarginMs, type RegisterSeen, startedAtMs } from "./guard.js";
import type { PairRegister } from "./task.js";

const idle: PairRegister = {
  plugin: "p",
  resourceId: "r",
  running: false,
  agentId: "agent-1",
  attempt: "a1",
  fence: 7,
  leaseMs: 15_000,
  slotAtMs: 1_000_000,
  startedAtMs: 1_000_000,
  finishedAtMs: 1_002_000,
  status: "success",
  state: new Uint8Array(),
};

function seen(change: Partial<PairRegister>, storedAtMs: number): RegisterSeen {
  return { register: { ...idle, ...change }, revision: 42, storedAtMs };
}

const finished = seen({}, 1_002_000);
/** The claim itself: no start and no fence of its own yet. */
const claimed = seen({ running: true, fence: 0, startedAtMs: 0 }, 1_000_000);
const renewed = seen({ running: true }, 1_090_000);

test.for([
  {
    why: "a pair that never ran may run, expecting no register",
    of: undefined,
    nowMs: 5,
    want: { kind: "open", revision: 0 },
  },
  {
    why: "an interval after the start, less the skew, it may run, expecting what was seen",
    of: finished,
    nowMs: 1_059_000,
    want: { kind: "open", revision: 42 },
  },
  {
    why: "a ms sooner it may not, and the interval counts from the start and not from the end",
    of: finished,
    nowMs: 1_058_999,
    want: { kind: "too_soon", openAtMs: 1_059_000 },
  },
  {
    why: "a clock that is behind changes nothing",
    of: finished,
    nowMs: 900_000,
    want: { kind: "too_soon", openAtMs: 1_059_000 },
  },
  {
    why: "a claim holds for its lease and the margin after it was stored",
    of: claimed,
    nowMs: 1_000_000 + 15_000 + leaseMarginMs - 1,
    want: { kind: "running", leaseEndAtMs: 1_017_000, agentId: "agent-1" },
  },
  {
    why: "a lost run holds the interval all the same",
    of: claimed,
    nowMs: 1_017_000,
    want: { kind: "too_soon", openAtMs: 1_059_000 },
  },
  {
    why: "after lease and interval it is taken over from its agent",
    of: claimed,
    nowMs: 1_059_000,
    want: { kind: "open", revision: 42, tookOverFrom: "agent-1" },
  },
  {
    why: "a renewal holds for a lease of its own, also beyond the interval",
    of: renewed,
    nowMs: 1_100_000,
    want: { kind: "running", leaseEndAtMs: 1_107_000, agentId: "agent-1" },
  },
  {
    why: "a renewed run that was lost is taken over as soon as its lease is over",
    of: renewed,
    nowMs: 1_107_000,
    want: { kind: "open", revision: 42, tookOverFrom: "agent-1" },
  },
])("$why", ({ of, nowMs, want }) => expect(judge(of, 60_000, nowMs)).toEqual(want));

test.for([
  { why: "a claim started when the broker stored it", of: claimed, want: 1_000_000 },
  { why: "a renewal started when its claim did", of: renewed, want: 1_000_000 },
])("$why", ({ of, want }) => expect(startedAtMs(of)).toBe(want));
