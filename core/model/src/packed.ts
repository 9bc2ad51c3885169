import type { Result } from "./result.js";
import type { ItemAnswer } from "./work.js";

/** Metric groups that were looked at and found right, and travel on as they came, without being taken apart. */
export interface PackedGroups {
  /** The groups as they stand in a result on the wire, one behind the other. */
  readonly bytes: Uint8Array;
  /** How many metrics they hold in all. */
  readonly metrics: number;
  /** Whether one of them is called `status`. */
  readonly hasStatus: boolean;
}

/** The answer to one item of a poll, its groups packed; undefined where it brought none. */
export interface PackedAnswer extends ItemAnswer {
  readonly groups: PackedGroups | undefined;
}

/** What the results of a run say of it, each of them. */
export type RunFacts = Pick<
  Result,
  | "plugin"
  | "fence"
  | "agentId"
  | "slotAtMs"
  | "startedAtMs"
  | "finishedAtMs"
  | "frequencyMs"
  | "pluginRevision"
  | "status"
  | "fault"
  | "onDemand"
>;

/** What one poll came to, ready to be written as a result. Instants are epoch ms of the broker's clock. */
export interface PackedResult extends RunFacts {
  /** The resource as it came with the task, encoded. */
  readonly resourceBytes: Uint8Array;
  /** The number of its first part. */
  readonly firstPart: number;
  readonly groups: readonly PackedGroups[];
}
