import type { Clock } from "@ocelli/model";

/** Node fires a timer above 2³¹−1 ms at once: longer sleeps are split. */
const longestTimerMs = 2 ** 31 - 1;

/** The system's time. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  async sleep(ms, signal) {
    for (let leftMs = ms; leftMs > 0 && !signal?.aborted; leftMs -= longestTimerMs) {
      await wait(Math.min(leftMs, longestTimerMs), signal);
    }
  },
};

function wait(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener("abort", done, { once: true });
  });
}
