import { type PairId, pairKey } from "@ocelli/model";

/** What the pair's register says of its newest finished run. Undefined: nothing that helps. */
export interface FinishedRun {
  readonly fence: number;
  /** Whether that run ended in success, so that its result is worth waiting for. */
  readonly succeeded: boolean;
}

export type FenceVerdict =
  /** The newest run there is. */
  | { readonly kind: "newest" }
  /** Older than one whose result was seen: a holder that had lost its lease. */
  | { readonly kind: "stale"; readonly newest: number }
  /** The first result seen since the start, and a newer one is in the stream behind it. Nothing is wrong. */
  | { readonly kind: "overtaken"; readonly newest: number };

/** Fences of one pair grow within one partition; a device that gets another endpoint may move to another. */
export interface FencedPair extends PairId {
  readonly partition: number;
}

function keyOf(pair: FencedPair): string {
  return `${pair.partition}\u0000${pairKey(pair)}`;
}

/** The newest fence seen for each pair. Fences are kept in memory; the pair's register is asked the first time a pair is
 *  seen, because an agent publishes before it completes: what the register calls finished is in the stream. */
export class Fences {
  readonly #newest = new Map<string, number>();

  knows(pair: FencedPair): boolean {
    return this.#newest.has(keyOf(pair));
  }

  /** `finished` matters only for a pair that is not known yet. A result that is `newest` is remembered. */
  look(pair: FencedPair, fence: number, finished: FinishedRun | undefined): FenceVerdict {
    const key = keyOf(pair);
    const newest = this.#newest.get(key);
    if (newest !== undefined && fence < newest) return { kind: "stale", newest };
    if (newest === undefined && finished?.succeeded && fence < finished.fence) {
      return { kind: "overtaken", newest: finished.fence };
    }
    this.#newest.set(key, fence);
    return { kind: "newest" };
  }

  /** Leadership is gained: others have applied results since. */
  forgetAll(): void {
    this.#newest.clear();
  }
}
