import type { AgentStatus, PluginRecord } from "@ocelli/model";
import type { Refusal } from "./judgement.js";
import type { Scan } from "./plugin-files.js";
import { type PluginChange, planPlugins } from "./plugin-records.js";
import type { Shelf, Tell } from "./ports.js";

export interface PluginDeps {
  readonly plugins: Shelf<PluginRecord>;
  /** Those whose word counts now. */
  readonly agents: () => readonly AgentStatus[];
  readonly tell: Tell;
}

/** Keeps the plugin records in step with the files and with what the agents say of them. */
export class PluginKeeper {
  readonly #deps: PluginDeps;
  #refusals: ReadonlyMap<string, Refusal> = new Map();

  constructor(deps: PluginDeps) {
    this.#deps = deps;
  }

  /** One look at everything. Throws `unavailable` where the broker does not take a write: look again later. */
  async look(scan: Scan): Promise<void> {
    const { plugins, agents } = this.#deps;
    const records = [...plugins.values()].map((entry) => entry.value);
    const plan = planPlugins({ scan, records, agents: agents(), refusals: this.#refusals });
    this.#refusals = plan.refusals;
    for (const change of plan.changes) await this.#write(change);
  }

  async #write(change: PluginChange): Promise<void> {
    const { plugins, tell } = this.#deps;
    const name = change.kind === "put" ? change.record.name : change.name;
    const revision = plugins.get(name)?.revision;
    const outcome =
      change.kind === "put"
        ? await plugins.put(name, change.record, revision)
        : await plugins.remove(name, revision ?? 0);
    // Moved: another registry led meanwhile. The next look starts from what it wrote.
    if (outcome === "done") for (const event of change.events) tell(event);
  }
}
