import { knownValue } from "../device/protocol.js";
import { type Accepted, type Facts, pairName, runName, type Stored } from "./facts.js";

/** L: results that the mesh says it has and that a sink does not. */
export function lost({ accepted, stored }: Pick<Facts, "accepted" | "stored">): Accepted[] {
  const missing: Accepted[] = [];
  for (const results of stored.values()) {
    const has = new Set(results.map(runName));
    const looked = new Set<string>();
    for (const one of accepted) {
      const name = runName(one);
      if (looked.has(name)) continue;
      looked.add(name);
      if (!has.has(name)) missing.push(one);
    }
  }
  return missing;
}

/** U: results that a sink has twice: the same run again, or another run of the same slot. */
export function storedTwice({ stored }: Pick<Facts, "stored">): Stored[] {
  const twice: Stored[] = [];
  for (const results of stored.values()) {
    const parts = new Set<string>();
    const fenceOfSlot = new Map<string, number>();
    for (const one of results) {
      const part = `${runName(one)} ${one.part}`;
      const slot = `${pairName(one)} ${one.slotAtMs}`;
      const fence = fenceOfSlot.get(slot);
      if (parts.has(part) || (fence !== undefined && fence !== one.fence && !one.onDemand)) twice.push(one);
      parts.add(part);
      if (!one.onDemand) fenceOfSlot.set(slot, one.fence);
    }
  }
  return twice;
}

/** Results that say something else than the device did: each device has one right value for each slot. */
export function wrongValues({ stored }: Pick<Facts, "stored">): Stored[] {
  return [...stored.values()].flat().filter((one) => {
    const said = one.status === "success" || one.value !== undefined;
    return said && one.value !== knownValue(one.device, one.slotAtMs);
  });
}

/** Results stored after one of a newer run of the same pair: what a frozen holder brought too late. */
export function storedStale({ stored }: Pick<Facts, "stored">): Stored[] {
  const stale: Stored[] = [];
  for (const results of stored.values()) {
    const newest = new Map<string, number>();
    for (const one of results) {
      const before = newest.get(pairName(one)) ?? 0;
      if (one.fence < before) stale.push(one);
      else newest.set(pairName(one), one.fence);
    }
  }
  return stale;
}
