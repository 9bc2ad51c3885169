import { skewMs } from "@ocelli/model";
import { byPair, type Facts, type Hit, pairName, runName } from "./facts.js";

/** Two hits of one pair that should not be like this. */
export interface Clash {
  readonly pair: string;
  readonly first: Hit;
  readonly second: Hit;
}

/** D: hits that came while an earlier one of the same pair was still being served. */
export function overlaps({ hits }: Pick<Facts, "hits">): Clash[] {
  const clashes: Clash[] = [];
  for (const [pair, own] of byPair(hits)) {
    let longest: Hit | undefined;
    for (const hit of inOrder(own)) {
      if (longest && hit.beginAtMs < longest.endAtMs) clashes.push({ pair, first: longest, second: hit });
      if (!longest || hit.endAtMs > longest.endAtMs) longest = hit;
    }
  }
  return clashes;
}

export interface Close {
  /** G: hits that came too soon after the one before. */
  readonly tooClose: readonly Clash[];
  /** Hits that came close to one that was long on its way: their claims, by the broker's stamps, are far enough apart. */
  readonly delayed: readonly Clash[];
}

/** Two readings of the broker's clock may differ by this much, in ms. */
const clockBlurMs = 100;

/** Hits closer to the one before than the frequency less the skew, and less what the way from claim to device may differ.
 *  A run starts with its claim; what a busy or frozen process does to the way from there is told apart by the broker's stamps
 *  on the fences that both hits carried. A hit whose claim nobody saw is judged by its arrival alone. */
export function closeHits(facts: Pick<Facts, "hits" | "pairs" | "blurMs" | "claimedAtMs">): Close {
  const { hits, pairs, blurMs, claimedAtMs } = facts;
  const frequencies = new Map(pairs.map((pair) => [pairName(pair), pair.frequencyMs]));
  const close: { tooClose: Clash[]; delayed: Clash[] } = { tooClose: [], delayed: [] };
  for (const [pair, own] of byPair(hits)) {
    const frequencyMs = frequencies.get(pair);
    if (frequencyMs === undefined) continue;
    const leastMs = frequencyMs - skewMs(frequencyMs);
    let before: Hit | undefined;
    for (const hit of inOrder(own)) {
      if (before && hit.beginAtMs - before.beginAtMs < leastMs - blurMs) {
        const claims = [before, hit].map((one) => claimedAtMs.get(runName(one)) ?? Number.NaN) as [number, number];
        const wasDelayed = claims[1] - claims[0] >= leastMs - clockBlurMs;
        close[wasDelayed ? "delayed" : "tooClose"].push({ pair, first: before, second: hit });
      }
      before = hit;
    }
  }
  return close;
}

function inOrder(hits: readonly Hit[]): Hit[] {
  return [...hits].sort((a, b) => a.beginAtMs - b.beginAtMs);
}
