import type { Fault, PluginReport } from "@ocelli/model";

/** What is wrong with the runs of each plugin where it is not the device's fault, so that a plugin which is ready and fails all
 *  the same says why. A run that succeeds ends it. */
export class RunTroubles {
  readonly #troubles = new Map<string, string>();
  readonly #onChange: () => void;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  ran(plugin: string, fault: Fault | undefined): void {
    if (fault && fault.origin !== "plugin" && fault.origin !== "host") return;
    if (this.#troubles.get(plugin) === fault?.message) return;
    if (fault) this.#troubles.set(plugin, fault.message);
    else this.#troubles.delete(plugin);
    this.#onChange();
  }

  /** A report with what its runs complain of: more telling than what the module was seen to do beside. */
  added(report: PluginReport): PluginReport {
    const lastError = this.#troubles.get(report.plugin);
    return lastError === undefined ? report : { ...report, lastError };
  }
}
