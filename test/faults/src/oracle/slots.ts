import { byPair, type Facts, type Hit, type Pair, pairName } from "./facts.js";

/** A slot that was due, and the first hit that stood for it. */
export interface DueSlot {
  readonly pair: Pair;
  readonly slotAtMs: number;
  readonly hit: Hit | undefined;
}

/** Every slot that was due in the window, in the order of the slots. */
export function dueSlots({ pairs, window, hits }: Pick<Facts, "pairs" | "window" | "hits">): DueSlot[] {
  const hitsOf = byPair(hits);
  const due: DueSlot[] = [];
  for (const pair of pairs) {
    const first = new Map<number, Hit>();
    for (const hit of hitsOf.get(pairName(pair)) ?? []) {
      const before = first.get(hit.slotAtMs);
      if (!before || hit.beginAtMs < before.beginAtMs) first.set(hit.slotAtMs, hit);
    }
    const { frequencyMs, phaseMs } = pair;
    const k = Math.ceil((window.fromAtMs - phaseMs) / frequencyMs);
    for (let slotAtMs = k * frequencyMs + phaseMs; slotAtMs < window.toAtMs; slotAtMs += frequencyMs) {
      due.push({ pair, slotAtMs, hit: first.get(slotAtMs) });
    }
  }
  return due.sort((a, b) => a.slotAtMs - b.slotAtMs);
}

export interface Balance {
  readonly due: number;
  /** Slots that reached their device. */
  readonly ran: number;
  /** Slots of which a result is stored in every sink. */
  readonly kept: number;
  /** What Ocelli counted as missed, by reason. */
  readonly missed: Readonly<Record<string, number>>;
  /** M: the sum of it. */
  readonly missedSlots: number;
  /** Slots with neither a stored result nor a place among the missed: dropped in silence. */
  readonly silent: number;
  /** Slots counted as missed although they are stored. A run that was lost between result and completion is no mistake. */
  readonly overcounted: number;
}

/** Whether every slot that was due came to one of its two ends. */
export function balance(facts: Facts, due: readonly DueSlot[]): Balance {
  const sinks = [...facts.stored.values()].map((results) => {
    return new Set(results.map((one) => `${pairName(one)} ${one.slotAtMs}`));
  });
  const isKept = ({ pair, slotAtMs }: DueSlot): boolean =>
    sinks.every((slots) => slots.has(`${pairName(pair)} ${slotAtMs}`));
  const plugins = new Set(facts.pairs.map(({ plugin }) => plugin));
  const missed: Record<string, number> = {};
  for (const { plugin, reason, slots } of facts.missed) {
    if (plugins.has(plugin)) missed[reason] = (missed[reason] ?? 0) + slots;
  }
  const missedSlots = Object.values(missed).reduce((sum, slots) => sum + slots, 0);
  const kept = due.filter(isKept).length;
  const open = due.length - kept;
  return {
    due: due.length,
    ran: due.filter(({ hit }) => hit !== undefined).length,
    kept,
    missed,
    missedSlots,
    silent: Math.max(0, open - missedSlots),
    overcounted: Math.max(0, missedSlots - open),
  };
}
