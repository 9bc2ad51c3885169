import type { Clock } from "@ocelli/model";

/** Node fires a timer above this at once. */
const longestTimerMs = 2 ** 31 - 1;

/** The system's time. Sleeps do not keep the process alive. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  async sleep(ms, signal) {
    const endAtMs = performance.now() + ms;
    for (let left = ms; left > 0 && !signal?.aborted; left = endAtMs - performance.now()) {
      await timer(Math.min(left, longestTimerMs), signal);
    }
  },
};

function timer(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(handle);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const handle = setTimeout(done, ms).unref();
    signal?.addEventListener("abort", done, { once: true });
  });
}
