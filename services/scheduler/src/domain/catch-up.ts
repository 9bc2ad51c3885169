import type { GapReason } from "./miss-reason.js";

/** How late the newest slot may be and still run after a gap, in ms; later than that it is counted as missed, and the pair goes
 *  on at its next slot. At least a tenth of the interval, and after a short gap up to a fifth of it, which is what four intervals
 *  make up for: 5 s cover the takeover by another scheduler. After the broker was away it is 0.5 s, because that hits all pairs at
 *  once: pairs that start together would stay together for many intervals, where their own places in the interval spread them
 *  evenly. */
export function catchUpMs(frequencyMs: number, gap: GapReason): number {
  const shortGapMs = gap === "broker_away" ? 500 : 5_000;
  return Math.max(frequencyMs / 10, Math.min(frequencyMs / 5, shortGapMs));
}

/** The same for a slot that waits for its guard. Where its device keeps the pair waiting, because others have their turn, it may be half an
 *  interval late: a device with a gap between runs does so each time, and every second slot would be missed. */
export function patienceMs(frequencyMs: number, lags: boolean): number {
  return lags ? frequencyMs / 2 : catchUpMs(frequencyMs, "scheduler_away");
}
