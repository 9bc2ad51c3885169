import { fnv1a } from "./fnv.js";
import { type PairId, pairKey } from "./pair.js";

/** A pair's place in its interval, in ms from 0 to `frequencyMs - 1`. Fixed by name, so that no restart moves it. */
export function phaseMs(pair: PairId, frequencyMs: number): number {
  return fnv1a(pairKey(pair)) % frequencyMs;
}

/** The newest slot at or before `nowMs`. */
export function slotAtOrBefore(nowMs: number, phase: number, frequencyMs: number): number {
  return Math.floor((nowMs - phase) / frequencyMs) * frequencyMs + phase;
}

/** The first slot strictly after `nowMs`. */
export function slotAfter(nowMs: number, phase: number, frequencyMs: number): number {
  return slotAtOrBefore(nowMs, phase, frequencyMs) + frequencyMs;
}

/** How much sooner than `frequencyMs` after the last start a run may start: 5 % of the interval, at most 1 s.
 *  It absorbs the delay of the previous run, so that a pair goes back to its slot instead of drifting. */
export function skewMs(frequencyMs: number): number {
  return Math.min(1000, Math.floor(frequencyMs / 20));
}
