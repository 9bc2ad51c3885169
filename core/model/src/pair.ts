import { fnv1a } from "./fnv.js";
import type { Resource } from "./resource.js";

/** One plugin with one resource: the unit of scheduling, locking and results. */
export interface PairId {
  readonly plugin: string;
  /** Empty for discovery. */
  readonly resourceId: string;
}

/** A text that is unique for each pair, for maps. */
export function pairKey(pair: PairId): string {
  return `${pair.plugin}\u0000${pair.resourceId}`;
}

/** Which of `partitions` holds a pair: all pairs of one endpoint share one, so that its leader sees the whole device. */
export function partitionOf(
  plugin: string,
  resource: Pick<Resource, "endpoint"> | undefined,
  partitions: number,
): number {
  return fnv1a(resource ? resource.endpoint : plugin) % partitions;
}
