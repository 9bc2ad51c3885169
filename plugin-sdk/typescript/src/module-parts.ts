import type { Clock } from "@ocelli/model";
import type { Deadlines } from "./call-scope.js";
import type { PluginModule } from "./define-plugin.js";
import type { Instances } from "./instances.js";
import type { Log } from "./log.js";
import type { Redactor } from "./redactor.js";
import type { WorkGate } from "./work-gate.js";

/** What the services of a module share. */
export interface ModuleParts {
  readonly module: PluginModule;
  readonly instances: Instances;
  readonly gate: WorkGate;
  readonly clock: Clock;
  readonly deadlines: Deadlines;
  readonly log: Log;
  readonly redactor: Redactor;
  /** Largest message both ways. */
  readonly messageBytes: number;
}
