import {
  type Kind,
  type PluginSpec,
  partitionOf,
  type Resource,
  type ResourceRecord,
  sameResource,
} from "@ocelli/model";
import { movedAtMsOf, PlannedPlugin, type PlannedResource, plannedOf } from "./planned.js";

/** Where pairs are planned. Both verbs may be said again without effect. */
export interface PairSink {
  put(plugin: PlannedPlugin, resource: PlannedResource | undefined): void;
  take(pluginName: string, resourceId: string): void;
}

/** The partitions that are led or about to be. */
export interface Led {
  get(partition: number): PairSink | undefined;
}

export type ResourceWatcher = (before: Resource | undefined, after: Resource | undefined) => void;

/** Work that touches every resource, to be done a slice at a time: each step is one resource. */
export type Steps = Generator<void, void, void>;

/** Which pairs there are: plugins with the resources they match. Every change is worked out for what changed alone, and only
 *  for partitions that are led; what is told twice, or in another order, ends the same. */
export class Plan {
  readonly plugins = new Map<string, PlannedPlugin>();
  readonly resources = new Map<string, PlannedResource>();
  readonly #partitions: number;
  readonly #led: Led;

  readonly #resourceMoved: ResourceWatcher;
  /** Plugins whose pairs are not all taken yet, with how many times they were removed. */
  readonly #leaving = new Map<string, number>();

  /** `resourceMoved` is told of each resource that is new, changed or gone. */
  constructor(partitions: number, led: Led, resourceMoved: ResourceWatcher = () => {}) {
    this.#resourceMoved = resourceMoved;
    this.#partitions = partitions;
    this.#led = led;
  }

  /** Which partition holds the pair. */
  partitionOf(plugin: string, resource: PlannedResource | undefined): number {
    return resource ? resource.partition : partitionOf(plugin, undefined, this.#partitions);
  }

  setResource(record: ResourceRecord): void {
    const before = this.resources.get(record.resource.id);
    const movedAtMs = movedAtMsOf(record, this.#partitions);
    // Most records only say that a resource was seen again.
    if (before?.movedAtMs === movedAtMs && sameResource(before.resource, record.resource)) return;
    const resource = plannedOf(record, this.#partitions);
    this.resources.set(record.resource.id, resource);
    this.#resourceMoved(before?.resource, resource.resource);
    if (before && before.partition !== resource.partition) this.#takeAll(before);
    for (const plugin of this.plugins.values()) this.#settle(plugin, resource);
  }

  removeResource(id: string): void {
    const before = this.resources.get(id);
    if (!before) return;
    this.resources.delete(id);
    this.#resourceMoved(before.resource, undefined);
    this.#takeAll(before);
  }

  /** A plugin that is new, or whose file or kind changed. Its pairs follow as the steps are made. */
  setPlugin(spec: PluginSpec, kind: Kind): Steps {
    const known = this.plugins.get(spec.name);
    known?.change(spec, kind);
    const plugin = known ?? new PlannedPlugin(spec, kind);
    this.plugins.set(spec.name, plugin);
    return this.#settleAll(plugin);
  }

  removePlugin(name: string): Steps {
    this.plugins.delete(name);
    this.#leaving.set(name, (this.#leaving.get(name) ?? 0) + 1);
    return this.#takeEverywhere(name);
  }

  /** Plans all pairs of a partition that is new here. */
  *lead(partition: number): Steps {
    for (const plugin of this.plugins.values()) {
      if (this.partitionOf(plugin.name, undefined) === partition) this.#settle(plugin, undefined);
    }
    for (const resource of this.resources.values()) {
      if (resource.partition === partition) for (const plugin of this.plugins.values()) this.#settle(plugin, resource);
      yield;
    }
  }

  *#settleAll(plugin: PlannedPlugin): Steps {
    this.#settle(plugin, undefined);
    for (const resource of this.resources.values()) {
      if (this.plugins.get(plugin.name) !== plugin) return;
      this.#settle(plugin, resource);
      yield;
    }
  }

  *#takeEverywhere(name: string): Steps {
    this.#led.get(this.partitionOf(name, undefined))?.take(name, "");
    for (const resource of this.resources.values()) {
      // It is back already: its own steps settle what is there.
      if (this.plugins.has(name)) break;
      this.#led.get(resource.partition)?.take(name, resource.resource.id);
      yield;
    }
    const times = (this.#leaving.get(name) ?? 0) - 1;
    if (times > 0) this.#leaving.set(name, times);
    else this.#leaving.delete(name);
  }

  #settle(plugin: PlannedPlugin, resource: PlannedResource | undefined): void {
    const sink = this.#led.get(this.partitionOf(plugin.name, resource));
    if (!sink) return;
    if (plugin.pairsWith(resource?.resource)) sink.put(plugin, resource);
    else sink.take(plugin.name, resource?.resource.id ?? "");
  }

  #takeAll(resource: PlannedResource): void {
    const sink = this.#led.get(resource.partition);
    if (!sink) return;
    for (const name of [...this.plugins.keys(), ...this.#leaving.keys()]) sink.take(name, resource.resource.id);
  }
}
