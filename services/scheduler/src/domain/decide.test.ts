import type { RegisterSeen } from "@ocelli/model";
import { expect, test } from "vitest";
import { aRegister, startMs } from "../testing/builders.js";
import { type Decision, decide } from "./decide.js";

const frequencyMs = 10_000; // its skew is 500 ms
const slotAtMs = startMs + 10_000;

function idle(startedAtMs: number): RegisterSeen {
  return { register: aRegister({ startedAtMs }), revision: 7, storedAtMs: startedAtMs + 100 };
}

function running(storedAtMs: number, startedAtMs = storedAtMs): RegisterSeen {
  return { register: aRegister({ running: true, startedAtMs }), revision: 7, storedAtMs };
}

interface Row {
  readonly why: string;
  readonly seen?: RegisterSeen;
  readonly ready?: boolean;
  readonly lags?: boolean;
  readonly nowMs?: number;
  readonly want: Decision;
}

const rows: readonly Row[] = [
  { why: "a pair that never ran is sent for its slot", want: { kind: "send", notBeforeAtMs: slotAtMs } },
  {
    why: "an idle pair whose last run is an interval old",
    seen: idle(startMs),
    want: { kind: "send", notBeforeAtMs: slotAtMs },
  },
  {
    why: "a run that was late by less than the skew does not delay the next",
    seen: idle(startMs + 500),
    want: { kind: "send", notBeforeAtMs: slotAtMs },
  },
  {
    why: "a run that was late by more holds the slot until the guard opens",
    seen: idle(startMs + 2_000),
    want: { kind: "hold", untilAtMs: startMs + 11_500, reason: "too_soon" },
  },
  {
    why: "once the guard is open the agent is told since when",
    seen: idle(startMs + 2_000),
    nowMs: startMs + 11_600,
    want: { kind: "send", notBeforeAtMs: startMs + 11_500 },
  },
  {
    why: "a guard that opens with the next slot or later loses this one",
    seen: idle(startMs + 10_500),
    want: { kind: "miss", reason: "too_soon" },
  },
  {
    why: "a guard that opens so late that the pair could not make up for it loses this one too",
    seen: idle(startMs + 5_501),
    want: { kind: "miss", reason: "too_soon" },
  },
  {
    why: "a pair that its device kept waiting may be half an interval late, for the device may do so each time",
    seen: idle(startMs + 5_500),
    lags: true,
    want: { kind: "hold", untilAtMs: startMs + 15_000, reason: "too_soon" },
  },
  {
    why: "and no more than that",
    seen: idle(startMs + 5_501),
    lags: true,
    want: { kind: "miss", reason: "too_soon" },
  },
  {
    why: "a run out of turn that was less than an interval ago stands for the slot",
    seen: {
      ...idle(startMs + 5_000),
      register: aRegister({ startedAtMs: startMs + 5_000, slotAtMs: startMs + 4_999 }),
    },
    want: { kind: "covered" },
  },
  {
    why: "a slot that is run ahead of its time is open at once",
    nowMs: slotAtMs - 4_000,
    want: { kind: "send", notBeforeAtMs: slotAtMs - 4_000 },
  },
  {
    why: "a pair that runs holds its slot until the lease would be over",
    seen: running(startMs + 8_000, startMs),
    want: { kind: "hold", untilAtMs: startMs + 25_000, reason: "running" },
  },
  {
    why: "a lease that is over, margin included, is taken over by an ordinary task",
    seen: running(startMs - 7_000, startMs - 7_000),
    want: { kind: "send", notBeforeAtMs: slotAtMs },
  },
  {
    why: "a lease that is over opens no pair sooner than its frequency allows",
    seen: {
      ...running(startMs + 2_000),
      register: aRegister({ running: true, startedAtMs: startMs + 2_000, leaseMs: 1_000 }),
    },
    want: { kind: "hold", untilAtMs: startMs + 11_500, reason: "too_soon" },
  },
  { why: "no agent that is ready loses the slot at once", ready: false, want: { kind: "miss", reason: "no_agent" } },
];

test.for(rows)("$why", ({ seen, ready = true, lags = false, nowMs = slotAtMs, want }) => {
  expect(decide({ slotAtMs, frequencyMs, seen, ready, lags }, nowMs)).toEqual(want);
});
