import type { AgentStatus, Kind, Pause, PluginRecord, PluginSpec } from "@ocelli/model";
import { Agents, type Standing } from "./agents.js";
import type { Plan, Steps } from "./plan.js";

/** Puts together what registry, operators and agents say of each plugin, and hands the plan what follows from it. */
export class Catalogue {
  readonly agents = new Agents();
  readonly pauses = new Map<string, Pause>();
  readonly #specs = new Map<string, PluginSpec>();
  readonly #plan: Plan;
  readonly #work: (steps: Steps) => void;
  #standings = new Map<string, Standing>();

  constructor(plan: Plan, work: (steps: Steps) => void) {
    this.#plan = plan;
    this.#work = work;
  }

  /** Whether there is such a plugin with an accepted file. */
  has(name: string): boolean {
    return this.#specs.has(name);
  }

  names(): Iterable<string> {
    return this.#specs.keys();
  }

  putPlugin({ name, active }: PluginRecord): void {
    if (!active) {
      this.removePlugin(name);
      return;
    }
    this.#specs.set(name, active);
    this.#settle(active);
  }

  removePlugin(name: string): void {
    this.#specs.delete(name);
    if (this.#plan.plugins.has(name)) this.#work(this.#plan.removePlugin(name));
  }

  putPause(pause: Pause): void {
    this.pauses.set(pause.plugin, pause);
    this.#apply(pause.plugin);
  }

  removePause(plugin: string): void {
    this.pauses.delete(plugin);
    this.#apply(plugin);
  }

  putAgent(status: AgentStatus, storedAtMs: number, nowMs: number): void {
    this.agents.put(status, storedAtMs);
    this.refresh(nowMs);
  }

  removeAgent(agentId: string, nowMs: number): void {
    this.agents.gone(agentId);
    this.refresh(nowMs);
  }

  /** Works out anew which plugins are ready: leases of agents end by themselves. */
  refresh(nowMs: number): void {
    this.#standings = this.agents.standings(nowMs);
    for (const spec of this.#specs.values()) this.#settle(spec);
  }

  /** Plans the plugin once it is known what it does. A kind that was known stays known while no agent lives. */
  #settle(spec: PluginSpec): void {
    const planned = this.#plan.plugins.get(spec.name);
    const kind: Kind | undefined = this.#standings.get(spec.name)?.kind ?? spec.service ?? planned?.kind;
    if (kind === undefined) return;
    if (!planned || planned.spec !== spec || planned.kind !== kind) this.#work(this.#plan.setPlugin(spec, kind));
    this.#apply(spec.name);
  }

  #apply(name: string): void {
    const planned = this.#plan.plugins.get(name);
    if (!planned) return;
    const standing = this.#standings.get(name);
    planned.paused = this.pauses.has(name);
    planned.ready = standing?.ready ?? false;
    planned.readyUntilAtMs = standing?.readyUntilAtMs ?? 0;
    planned.everReady ||= standing?.everReady ?? false;
  }
}
