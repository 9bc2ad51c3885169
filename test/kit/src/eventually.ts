import { realClock } from "./bus.js";

/** Looks again and again until `check` stops throwing, for things that real processes do in their own time. The last error
 *  is thrown when `withinMs` is over. */
export async function eventually<T>(check: () => T | Promise<T>, withinMs = 15_000, everyMs = 50): Promise<T> {
  const untilMs = realClock.monotonicMs() + withinMs;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (realClock.monotonicMs() > untilMs) throw error;
    }
    await realClock.sleep(everyMs);
  }
}
