import { expect, test } from "vitest";
import { stoppableWorker } from "./stoppable-worker.js";
import { manualClock } from "./testing/manual-clock.js";

test("a worker goes round by round, with its pause in between", async () => {
  const clock = manualClock();
  const startedAtMs: number[] = [];
  const round = async (): Promise<void> => {
    startedAtMs.push(clock.nowMs());
    await clock.sleep(30);
  };
  await using worker = stoppableWorker(round, { everyMs: 100, clock });
  await clock.advance(300);
  expect(startedAtMs).toEqual([0, 130, 260]);
  const stopped = worker.stop();
  await clock.advance(100);
  await stopped;
});

test("stop tells the round to end, and waits until it has", async () => {
  const clock = manualClock();
  let cleaned = false;
  const worker = stoppableWorker(
    async (signal) => {
      await clock.sleep(60_000, signal);
      await clock.sleep(500);
      cleaned = true;
    },
    { everyMs: 10, clock },
  );
  await clock.advance(10);
  const stopped = worker.stop().then(() => cleaned);
  await clock.advance(500);
  expect(await stopped).toBe(true);
});

test("a round that fails is told of, and the next one comes no sooner than a second later", async () => {
  const clock = manualClock();
  const errors: unknown[] = [];
  let rounds = 0;
  const round = async (): Promise<void> => {
    rounds += 1;
    if (rounds === 1) throw new Error("first");
  };
  await using _worker = stoppableWorker(round, { everyMs: 10, clock, failed: (error) => void errors.push(error) });
  await clock.advance(999);
  expect({ rounds, errors }).toEqual({ rounds: 1, errors: [new Error("first")] });
  await clock.advance(1);
  expect(rounds).toBe(2);
});
