import type { Breaks } from "../mutants.js";
import type { Gate } from "./gate.js";
import type { Instances } from "./instances.js";
import type { Log } from "./log.js";

export const name = "probe-bare";
export const version = "0.1.0";

/** What the services of one process share. */
export interface Parts {
  readonly breaks: Breaks;
  readonly log: Log;
  readonly gate: Gate;
  readonly instances: Instances;
  /** Largest message that may be sent. */
  readonly messageBytes: number;
  readonly bootId: string;
  readonly instanceId: string;
}
