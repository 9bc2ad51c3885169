import type { MeshEvent } from "@ocelli/model";
import { keyOf, samplesMax, type Untold } from "./missed-log.js";

export interface MissedEvent {
  readonly event: Omit<MeshEvent, "atMs" | "from">;
  settle(stored: boolean): void;
}

/** Tells of missed slots in few words: one event per plugin and reason, however many slots and partitions it covers. */
export function missedEvents(untold: readonly Untold[]): MissedEvent[] {
  const groups = new Map<string, Untold[]>();
  for (const one of untold) {
    const key = keyOf(one);
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const { plugin, reason } = first;
    const slots = group.reduce((sum, one) => sum + one.slots, 0);
    const samples = [...new Set(group.flatMap((one) => one.samples))].slice(0, samplesMax);
    const event: MissedEvent["event"] = {
      type: "slot.missed",
      plugin,
      resourceId: slots === 1 ? (samples[0] ?? "") : "",
      message: `${slots} ${slots === 1 ? "slot" : "slots"} of ${plugin} missed: ${reason}`,
      attributes: { reason, count: String(slots), resources: JSON.stringify(samples) },
    };
    const settle = (stored: boolean): void => {
      for (const one of group) one.settle(stored);
    };
    return [{ event, settle }];
  });
}
