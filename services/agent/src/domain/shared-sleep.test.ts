import { ManualClock } from "@ocelli/test-kit";
import { expect, test } from "vitest";
import { SharedSleep } from "./shared-sleep.js";

test("nobody wakes before his time, and everybody within 5 ms of it", async () => {
  const clock = new ManualClock();
  const sleep = new SharedSleep(clock);
  const go = new AbortController().signal;
  const late: number[] = [];
  for (const ms of [0, 1, 4.5, 5, 12, 13, 100])
    void sleep.sleep(ms, go).then(() => late.push(clock.monotonicMs() - ms));
  await clock.advance(200);
  expect(late).toHaveLength(7);
  for (const ms of late) {
    expect(ms).toBeGreaterThanOrEqual(0);
    expect(ms).toBeLessThanOrEqual(5);
  }
});

test("what must not start any more wakes at once, and leaves the others asleep", async () => {
  const clock = new ManualClock();
  const sleep = new SharedSleep(clock);
  const stop = new AbortController();
  const woken: string[] = [];
  void sleep.sleep(1_000, stop.signal).then(() => woken.push("stopped"));
  void sleep.sleep(1_000, new AbortController().signal).then(() => woken.push("other"));
  stop.abort();
  await clock.advance(10);
  expect(woken).toEqual(["stopped"]);
});
