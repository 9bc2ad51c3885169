import type { Facts } from "./facts.js";
import type { DueSlot } from "./slots.js";

/** The share of slots whose device was reached on time; 1 where none was due. */
export function onTimeShare(slots: readonly DueSlot[], { onTimeMs }: Pick<Facts, "onTimeMs">): number {
  if (slots.length === 0) return 1;
  const onTime = slots.filter(({ hit, slotAtMs }) => hit && hit.beginAtMs - slotAtMs <= onTimeMs);
  return onTime.length / slots.length;
}
