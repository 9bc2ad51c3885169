import type { Clock } from "@ocelli/model";

interface Sleeper {
  readonly atMs: number;
  readonly wake: () => void;
}

/** Time that moves only when a test says so. */
export interface ManualClock extends Clock {
  /** Moves time on, waking sleepers in their order, and lets what they woke run in between. */
  advance(ms: number): Promise<void>;
}

export function manualClock(startMs = 0): ManualClock {
  let nowMs = startMs;
  const sleepers = new Set<Sleeper>();
  const next = (untilMs: number): Sleeper | undefined =>
    [...sleepers].filter((one) => one.atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0];
  return {
    nowMs: () => nowMs,
    monotonicMs: () => nowMs,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        const sleeper: Sleeper = {
          atMs: nowMs + ms,
          wake: () => {
            sleepers.delete(sleeper);
            signal?.removeEventListener("abort", sleeper.wake);
            resolve();
          },
        };
        if (signal?.aborted || ms <= 0) resolve();
        else {
          sleepers.add(sleeper);
          signal?.addEventListener("abort", sleeper.wake, { once: true });
        }
      }),
    async advance(ms) {
      const untilMs = nowMs + ms;
      await settle();
      for (let sleeper = next(untilMs); sleeper; sleeper = next(untilMs)) {
        nowMs = Math.max(nowMs, sleeper.atMs);
        sleeper.wake();
        await settle();
      }
      nowMs = untilMs;
      await settle();
    },
  };
}

/** Lets everything that is ready to run do so. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
