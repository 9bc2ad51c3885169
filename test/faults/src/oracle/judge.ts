import type { Facts } from "./facts.js";
import { type Clash, closeHits, overlaps } from "./hammering.js";
import { lost, storedStale, storedTwice, wrongValues } from "./keeping.js";
import { latenesses, percentile, recoveryS } from "./lateness.js";
import { type Balance, balance, type DueSlot, dueSlots } from "./slots.js";

/** What the facts come to. */
export interface Verdict extends Balance {
  readonly D: number;
  readonly G: number;
  /** Hits that came close to one that was long on its way from its claim to the device. */
  readonly delayed: number;
  readonly L: number;
  readonly U: number;
  readonly M: number;
  /** In seconds; 0 where there was no fault. */
  readonly R: number;
  readonly latenessP50Ms: number;
  readonly latenessP99Ms: number;
  readonly hits: number;
  /** Stored values that are not what the device answered. */
  readonly wrong: number;
  /** Results stored behind one of a newer run of their pair. */
  readonly stale: number;
  /** Behind D, G and `delayed`: which hits. */
  readonly clashes: Readonly<Record<"overlaps" | "tooClose" | "delayed", readonly Clash[]>>;
  readonly slots: readonly DueSlot[];
}

/** Judges a run. The devices' log says what happened, the sinks what came of it, and Ocelli's own counters must agree. */
export function judge(facts: Facts): Verdict {
  const overlapping = overlaps(facts);
  const { tooClose, delayed } = closeHits(facts);
  const slots = dueSlots(facts);
  const sums = balance(facts, slots);
  const late = latenesses(slots);
  const longestMs = Math.max(0, ...facts.pairs.map(({ frequencyMs }) => frequencyMs));
  const { faultsEndAtMs } = facts;
  return {
    ...sums,
    D: overlapping.length,
    G: tooClose.length,
    delayed: delayed.length,
    L: lost(facts).length,
    U: storedTwice(facts).length,
    M: sums.missedSlots,
    R: faultsEndAtMs === undefined ? 0 : recoveryS(slots, faultsEndAtMs, longestMs, facts.onTimeMs),
    latenessP50Ms: percentile(late, 0.5),
    latenessP99Ms: percentile(late, 0.99),
    hits: facts.hits.length,
    wrong: wrongValues(facts).length,
    stale: storedStale(facts).length,
    clashes: { overlaps: overlapping, tooClose, delayed },
    slots,
  };
}
