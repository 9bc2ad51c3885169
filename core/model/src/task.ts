import type { Kind } from "./plugin.js";
import type { Resource } from "./resource.js";
import type { PollStatus } from "./result.js";

/** Asks for one slot of one pair to run. Instants are epoch ms of the broker's clock. */
export interface Task {
  readonly kind: Kind;
  readonly plugin: string;
  /** Undefined for discovery. */
  readonly resource: Resource | undefined;
  readonly pluginRevision: string;
  readonly slotAtMs: number;
  readonly notBeforeAtMs: number;
  readonly expiresAtMs: number;
  readonly frequencyMs: number;
  /** The register's revision the scheduler saw, 0 for none: what the claim expects. */
  readonly revision: number;
  readonly state: Uint8Array;
  readonly onDemand: boolean;
  readonly traceparent: string;
}

/** The register of a pair: lock, last-run stamp, fencing token and memory in one entry. */
export interface PairRegister {
  readonly plugin: string;
  readonly resourceId: string;
  readonly running: boolean;
  readonly agentId: string;
  /** Names the claim, so that an unanswered one can be recognised. */
  readonly attempt: string;
  /** 0 in the claim itself, whose own revision is the fence. */
  readonly fence: number;
  readonly leaseMs: number;
  readonly slotAtMs: number;
  /** 0 in the claim itself, whose stored time it is. */
  readonly startedAtMs: number;
  readonly finishedAtMs: number;
  readonly status: PollStatus;
  readonly state: Uint8Array;
}

export const stateMaxBytes = 4096;

/** So many tasks travel in one message at most. */
const tasksPerMessageMax = 64;

/** How many tasks of a plugin may travel in one message, where `maxInFlight` of them may run on an agent. An agent asks its
 *  partitions for whole messages, and what they bring has to fit: places stay free until there are as many as one message may need,
 *  a quarter of them over all partitions. */
export function tasksPerMessage(maxInFlight: number, partitions: number): number {
  return Math.max(1, Math.min(tasksPerMessageMax, Math.floor(maxInFlight / (4 * partitions))));
}

/** A run brings no more metric groups than this: no device has as many, and a generator that never ends must not fill the mesh. */
export const groupsPerRunMax = 20_000;
