import type { Clock, PluginReport, Random } from "@ocelli/model";
import { ChildPlace, type ModulePlace } from "./module-place.js";
import { PluginCase } from "./plugin-case.js";
import type { HostedPlugin, HostedPlugins, ModuleFeed, ModuleSource, ModuleStarter, PluginFeed } from "./ports.js";
import { ReplicaPlace } from "./replica-place.js";
import type { SupervisedDeps } from "./supervised-module.js";

export interface PluginHostDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly agentId: string;
  readonly plugins: PluginFeed;
  readonly modules: ModuleFeed;
  readonly source: ModuleSource;
  /** How long a module that is not needed any more may take to finish what runs, in ms. */
  readonly graceMs: number;
}

const servicePrefix = "service:";

/** Hosts the plugins of the mesh on this agent: one process for each module, shared by its plugins, started with the first
 *  of them and ended with the last. */
export class PluginHost implements HostedPlugins {
  readonly #deps: PluginHostDeps;
  readonly #cases = new Map<string, PluginCase>();
  readonly #places = new Map<string, ModulePlace>();
  readonly #leaving = new Map<string, Promise<void>>();
  readonly #listeners = new Set<() => void>();
  readonly #unsubscribe: (() => void)[];
  #closed = false;

  constructor(deps: PluginHostDeps) {
    this.#deps = deps;
    this.#unsubscribe = [
      deps.plugins.onChange(() => this.#takePlugins()),
      deps.modules.onChange(() => this.#takeModules()),
    ];
    this.#takePlugins();
  }

  ready(): ReadonlyMap<string, HostedPlugin> {
    const ready = new Map<string, HostedPlugin>();
    for (const [name, { hosted }] of this.#cases) if (hosted) ready.set(name, hosted);
    return ready;
  }

  status(): readonly PluginReport[] {
    return [...this.#cases.values()].flatMap(({ report }) => report ?? []);
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(graceMs: number): Promise<void> {
    this.#closed = true;
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    for (const one of this.#cases.values()) one.close();
    this.#cases.clear();
    const stopping = [...this.#places.values()].map((place) => place.stop(graceMs));
    this.#places.clear();
    await Promise.all([...stopping, ...this.#leaving.values()]);
    this.#tell();
  }

  #takePlugins(): void {
    if (this.#closed) return;
    const records = new Map(this.#deps.plugins.records().map((record) => [record.name, record]));
    for (const [name, one] of this.#cases) {
      if (records.has(name)) continue;
      one.close();
      this.#cases.delete(name);
    }
    for (const [name, record] of records) {
      const one = this.#cases.get(name) ?? this.#newCase(name);
      one.update(record);
    }
    this.#changed();
  }

  #takeModules(): void {
    const records = this.#deps.modules.records();
    for (const place of this.#places.values()) if (place instanceof ReplicaPlace) place.update(records);
    this.#pokeAll();
  }

  #newCase(name: string): PluginCase {
    const { clock, random, agentId } = this.#deps;
    const placeOf = (module: string): ModulePlace => this.#placeOf(module);
    const one = new PluginCase(name, { clock, random, agentId, placeOf, onChange: () => this.#changed() });
    this.#cases.set(name, one);
    return one;
  }

  #placeOf(module: string): ModulePlace {
    const place = this.#places.get(module) ?? this.#newPlace(module);
    this.#places.set(module, place);
    return place;
  }

  #newPlace(module: string): ModulePlace {
    const { clock, random, source, modules } = this.#deps;
    const deps: SupervisedDeps = {
      clock,
      random,
      onChange: () => this.#pokeAll(),
      onNote: (plugins, sentence) => {
        for (const plugin of plugins) this.#cases.get(plugin)?.note(sentence);
      },
    };
    if (!module.startsWith(servicePrefix))
      return new ChildPlace(this.#afterLeaving(module, source.child(module)), deps);
    const name = module.slice(servicePrefix.length);
    const place = new ReplicaPlace(name, source.service(name), deps);
    place.update(modules.records());
    return place;
  }

  /** A module that is wanted again while it still ends starts once it has ended: it may hold a port or a file. */
  #afterLeaving(module: string, start: ModuleStarter): ModuleStarter {
    return async (events, signal) => {
      await this.#leaving.get(module);
      return start(events, signal);
    };
  }

  #pokeAll(): void {
    for (const one of this.#cases.values()) one.poke();
    this.#changed();
  }

  #changed(): void {
    if (this.#closed) return;
    this.#endUnused();
    this.#tell();
  }

  #endUnused(): void {
    const used = new Set([...this.#cases.values()].flatMap((one) => [...one.modules]));
    for (const [module, place] of this.#places) {
      if (used.has(module)) continue;
      this.#places.delete(module);
      const left = place.stop(this.#deps.graceMs).finally(() => {
        if (this.#leaving.get(module) === left) this.#leaving.delete(module);
      });
      this.#leaving.set(module, left);
    }
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}
