import type { ReportState } from "@ocelli/model";
import type { HostedModule, LiveModule, ModuleStarter } from "./ports.js";
import type { ModuleState } from "./supervise.js";
import { type SupervisedDeps, SupervisedModule } from "./supervised-module.js";

/** One module as plugins name it: a path or `service:NAME`. */
export interface ModulePlace {
  /** What is to serve a plugin now; undefined while nothing can. */
  pick(plugin: string): Picked | undefined;
  /** Why nothing can. */
  trouble(): PlaceTrouble;
  readonly restarts: number;
  /** Ends all of it; what runs may take `graceMs`. */
  stop(graceMs: number): Promise<void>;
}

export interface Picked {
  readonly live: LiveModule;
  /** What work is handed to: the same object for all plugins that share a process. */
  readonly work: HostedModule;
}

export interface PlaceTrouble {
  readonly state: Extract<ReportState, "starting" | "failed" | "absent">;
  readonly reason: string;
}

/** A module that is started on this machine. */
export class ChildPlace implements ModulePlace {
  readonly #module: SupervisedModule;

  constructor(start: ModuleStarter, deps: SupervisedDeps) {
    this.#module = new SupervisedModule(start, deps);
  }

  pick(): Picked | undefined {
    const { live } = this.#module;
    return live && { live, work: live };
  }

  trouble(): PlaceTrouble {
    return troubleOf(this.#module.state);
  }

  get restarts(): number {
    return this.#module.restarts;
  }

  stop(graceMs: number): Promise<void> {
    return this.#module.stop(graceMs);
  }
}

/** A module's state in the words of a report. */
export function troubleOf(state: ModuleState): PlaceTrouble {
  switch (state.kind) {
    case "starting":
    case "up":
      return { state: "starting", reason: state.failures === 0 ? "" : "the module is being started again" };
    case "waiting":
      return { state: state.absent ? "absent" : "failed", reason: state.reason };
    case "killing":
      return { state: "failed", reason: state.reason };
    case "stopped":
      return { state: "failed", reason: "the module was stopped" };
  }
}
