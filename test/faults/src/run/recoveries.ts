import { skewMs } from "@ocelli/model";
import { byPair, type Facts } from "../oracle/facts.js";
import { recoveryS } from "../oracle/lateness.js";
import type { Done, Judged } from "./fault.js";

/** R of each that `returns` names, judged by the slots until the next fault begins. What was due so shortly before that it could
 *  have run on time within the fault says nothing of the recovery. Infinity where the next fault came first. */
export function recoveriesS({ facts, verdict, load }: Judged, returns: readonly Done[]): number[] {
  const begins = returns.map(({ fromAtMs }) => fromAtMs);
  return returns.map(({ toAtMs }) => {
    const next = begins.filter((atMs) => atMs > toAtMs).map((atMs) => atMs - facts.onTimeMs);
    const nextAtMs = Math.min(facts.window.toAtMs, ...next);
    const slots = verdict.slots.filter(({ slotAtMs }) => slotAtMs < nextAtMs);
    return recoveryS(slots, toAtMs, load.intervalS * 1000, facts.onTimeMs);
  });
}

/** The worst of them; 0 of none. */
export function worstRecoveryS(judged: Judged, returns: readonly Done[]): number {
  return Math.max(0, ...recoveriesS(judged, returns));
}

/** The most hits of one pair within the first interval after any of these instants. Slots are an interval apart, so that more
 *  than one there is catching up. */
export function burst({ hits, pairs, blurMs }: Facts, returns: readonly Done[]): number {
  const frequencyMs = pairs[0]?.frequencyMs ?? 0;
  const spanMs = frequencyMs - skewMs(frequencyMs) - blurMs;
  const plugins = new Set(pairs.map(({ plugin }) => plugin));
  let most = 0;
  for (const { toAtMs } of returns) {
    const first = hits.filter(({ plugin, beginAtMs }) => {
      return plugins.has(plugin) && beginAtMs >= toAtMs && beginAtMs < toAtMs + spanMs;
    });
    for (const own of byPair(first).values()) most = Math.max(most, own.length);
  }
  return most;
}
