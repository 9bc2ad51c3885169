import type { DueSlot } from "./slots.js";

/** How late devices were reached, in ms after their slots, for the slots that ran. */
export function latenesses(due: readonly DueSlot[]): number[] {
  return due.flatMap(({ hit, slotAtMs }) => (hit ? [hit.beginAtMs - slotAtMs] : []));
}

/** The value below which a share of all lies; NaN of nothing. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

const goodShare = 0.99;

/** R: seconds from `endAtMs` until 99 % of the slots of every interval that follows are on time. Slots in order; those whose
 *  interval was not seen to its end say nothing. Infinity where it never came to that. */
export function recoveryS(due: readonly DueSlot[], endAtMs: number, intervalMs: number, onTimeMs: number): number {
  const after = due.filter(({ slotAtMs }) => slotAtMs >= endAtMs);
  const isLate = ({ slotAtMs, hit }: DueSlot): boolean => !hit || hit.beginAtMs - slotAtMs > onTimeMs;
  const lastAtMs = after.at(-1)?.slotAtMs ?? endAtMs;
  let to = 0;
  let late = 0;
  let badUntil = -1;
  for (const [from, slot] of after.entries()) {
    while (to < after.length && (after[to] as DueSlot).slotAtMs < slot.slotAtMs + intervalMs) {
      if (isLate(after[to] as DueSlot)) late += 1; // `to` is within the list
      to += 1;
    }
    const isWhole = slot.slotAtMs + intervalMs <= lastAtMs + 1;
    if (isWhole && late > (1 - goodShare) * (to - from)) badUntil = from;
    if (isLate(slot)) late -= 1;
  }
  if (badUntil < 0) return 0;
  const next = after[badUntil + 1];
  if (!next || next.slotAtMs + intervalMs > lastAtMs) return Number.POSITIVE_INFINITY;
  return (next.slotAtMs - endAtMs) / 1000;
}
