import type { AgentStatus, PluginRecord } from "@ocelli/model";
import type { Refusal } from "./judgement.js";
import type { Scan } from "./plugin-files.js";
import { PluginHealth } from "./plugin-health.js";
import { type PluginChange, planPlugins } from "./plugin-records.js";
import { pluginView } from "./plugin-view.js";
import type { Shelf, Tell } from "./ports.js";

export interface PluginDeps {
  readonly plugins: Shelf<PluginRecord>;
  /** Those whose word counts now. */
  readonly agents: () => readonly AgentStatus[];
  readonly isPaused: (plugin: string) => boolean;
  readonly tell: Tell;
}

/** Keeps the plugin records in step with the files and with what the agents say of them. */
export class PluginKeeper {
  readonly #deps: PluginDeps;
  readonly #health = new PluginHealth();
  #refusals: ReadonlyMap<string, Refusal> = new Map();

  constructor(deps: PluginDeps) {
    this.#deps = deps;
  }

  /** One look at everything. Throws `unavailable` where the broker does not take a write: look again later. */
  async look(scan: Scan): Promise<void> {
    const { tell, isPaused } = this.#deps;
    const agents = this.#deps.agents();
    const plan = planPlugins({ scan, records: this.#records(), agents, refusals: this.#refusals });
    this.#refusals = plan.refusals;
    for (const change of plan.changes) await this.#write(change);
    const views = this.#records().map((record) => pluginView(record, agents, isPaused(record.name)));
    for (const event of this.#health.look(views)) tell(event);
  }

  #records(): PluginRecord[] {
    return [...this.#deps.plugins.values()].map((entry) => entry.value);
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
