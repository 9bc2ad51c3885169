import { phaseMs, slotAfter } from "@ocelli/model";
import { aPlanned, aPlugin, startMs } from "./builders.js";
import { World } from "./world.js";

export const pair = { plugin: "p", resourceId: "r" };
export const resource = aPlanned("r");
export const frequencyMs = 10_000;
export const firstSlotMs = firstSlotOf("r");

/** The first slot of plugin `p` on a resource. */
export function firstSlotOf(resourceId: string): number {
  return slotAfter(startMs, phaseMs({ plugin: "p", resourceId }, frequencyMs), frequencyMs);
}

/** A world in which plugin `p` is planned for one resource. */
export function onePair() {
  const world = new World();
  const plugin = aPlugin();
  world.partition.put(plugin, resource);
  /** Up to so long after the pair's `slots`-th slot. */
  const passTo = (slots: number, moreMs: number): Promise<void> =>
    world.pass(firstSlotMs + (slots - 1) * frequencyMs + moreMs - world.nowMs);
  return { world, plugin, passTo };
}
