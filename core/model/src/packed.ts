import type { Fault, PollStatus } from "./result.js";
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

/** What one poll came to, ready to be written as a result. Instants are epoch ms of the broker's clock. */
export interface PackedResult {
  readonly plugin: string;
  /** The resource as it came with the task, encoded. */
  readonly resourceBytes: Uint8Array;
  readonly fence: number;
  /** The number of its first part. */
  readonly firstPart: number;
  readonly agentId: string;
  readonly slotAtMs: number;
  readonly startedAtMs: number;
  readonly finishedAtMs: number;
  readonly frequencyMs: number;
  readonly pluginRevision: string;
  readonly status: PollStatus;
  readonly fault: Fault | undefined;
  readonly groups: readonly PackedGroups[];
  readonly onDemand: boolean;
}
