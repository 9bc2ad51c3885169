import { expect, test } from "vitest";
import { backOffMs, type ModuleEvent, type ModuleState, supervise } from "./supervise.js";

const middle = () => 0.5;
const minuteMs = 60_000;

test.for<{ why: string; state: ModuleState; event: ModuleEvent; at?: number; want: object }>([
  {
    why: "a module that came up is up",
    state: { kind: "starting", failures: 2 },
    event: { kind: "started" },
    at: 50,
    want: { state: { kind: "up", failures: 2, sinceMs: 50 }, order: "nothing" },
  },
  {
    why: "a start that failed is tried again after a second",
    state: { kind: "starting", failures: 0 },
    event: { kind: "start_failed", reason: "no run bit", absent: false },
    at: 100,
    want: {
      state: { kind: "waiting", failures: 1, untilMs: 1_100, reason: "no run bit", absent: false },
      order: "wait",
    },
  },
  {
    why: "a module that ended soon after its start waits twice as long as the time before",
    state: { kind: "up", failures: 2, sinceMs: 0 },
    event: { kind: "ended", reason: "code 1" },
    at: minuteMs,
    want: { state: { kind: "waiting", failures: 3, untilMs: minuteMs + 4_000 }, order: "wait" },
  },
  {
    why: "ten good minutes forgive all failures",
    state: { kind: "up", failures: 6, sinceMs: 0 },
    event: { kind: "ended", reason: "code 1" },
    at: 10 * minuteMs,
    want: { state: { kind: "waiting", failures: 1, untilMs: 10 * minuteMs + 1_000 }, order: "wait" },
  },
  {
    why: "a module that ignores its deadline is killed",
    state: { kind: "up", failures: 0, sinceMs: 0 },
    event: { kind: "stuck", reason: "ignores its deadline" },
    want: { state: { kind: "killing", reason: "ignores its deadline" }, order: "kill" },
  },
  {
    why: "a killed module is started again, and the reason is not the kill",
    state: { kind: "killing", failures: 0, sinceMs: 0, reason: "ignores its deadline" },
    event: { kind: "ended", reason: "was ended by SIGKILL" },
    want: { state: { kind: "waiting", failures: 1, reason: "ignores its deadline" }, order: "wait" },
  },
  {
    why: "after the wait it is started",
    state: { kind: "waiting", failures: 3, untilMs: 0, reason: "", absent: false },
    event: { kind: "waited" },
    want: { state: { kind: "starting", failures: 3 }, order: "start" },
  },
  {
    why: "a running module that is not wanted any more may finish its work",
    state: { kind: "up", failures: 0, sinceMs: 0 },
    event: { kind: "stop" },
    want: { state: { kind: "stopped" }, order: "stop" },
  },
  {
    why: "a stopped module stays stopped, whatever comes late",
    state: { kind: "stopped" },
    event: { kind: "ended", reason: "code 0" },
    want: { state: { kind: "stopped" }, order: "nothing" },
  },
  {
    why: "a module is killed once",
    state: { kind: "killing", failures: 0, sinceMs: 0, reason: "first" },
    event: { kind: "stuck", reason: "second" },
    want: { state: { kind: "killing", reason: "first" }, order: "nothing" },
  },
])("$why", ({ state, event, at = 0, want }) => {
  expect(supervise(state, event, at, middle)).toMatchObject(want);
});

test("the wait doubles from one second to a minute, give or take a fifth", () => {
  const waits = [1, 2, 3, 4, 5, 6, 7, 50].map((failures) => backOffMs(failures, middle));
  expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
  expect(backOffMs(1, () => 0)).toBe(800);
  expect(backOffMs(1, () => 0.999_999)).toBe(1_200);
});
