import { type Clock, fnv1a, type ModuleRecord, type WorkItem } from "@ocelli/model";
import { answerElsewhere } from "./answer-elsewhere.js";
import { type ModulePlace, type Picked, type PlaceTrouble, troubleOf } from "./module-place.js";
import type { HostedModule, LiveModule, ModuleStarter } from "./ports.js";
import { type SupervisedDeps, SupervisedModule } from "./supervised-module.js";

interface Replica {
  record: ModuleRecord;
  readonly module: SupervisedModule;
}

/** A stand-alone module with its registered instances. Each plugin has its own order of them, so that it stays with one
 *  while that one is there, and the next in line takes over where it is not. */
export class ReplicaPlace implements ModulePlace {
  readonly #name: string;
  readonly #starterOf: (record: ModuleRecord) => ModuleStarter;
  readonly #deps: SupervisedDeps;
  readonly #replicas = new Map<string, Replica>();
  readonly #work = new WeakMap<LiveModule, HostedModule>();
  readonly #leaving = new Set<Promise<void>>();
  #restarts = 0;

  constructor(name: string, starterOf: (record: ModuleRecord) => ModuleStarter, deps: SupervisedDeps) {
    this.#name = name;
    this.#starterOf = starterOf;
    this.#deps = deps;
  }

  /** Takes the registered instances as they are now. An instance that started again, or moved, is dialled anew. */
  update(records: readonly ModuleRecord[]): void {
    const ours = new Map(records.filter(({ name }) => name === this.#name).map((one) => [one.instanceId, one]));
    for (const [id, replica] of this.#replicas) {
      const record = ours.get(id);
      if (record && record.bootId === replica.record.bootId && record.endpoint === replica.record.endpoint) {
        replica.record = record;
        continue;
      }
      this.#replicas.delete(id);
      if (record) this.#restarts += 1;
      const leaving = replica.module.stop(0).finally(() => this.#leaving.delete(leaving));
      this.#leaving.add(leaving);
    }
    for (const [id, record] of ours) {
      if (this.#replicas.has(id)) continue;
      this.#replicas.set(id, { record, module: new SupervisedModule(this.#starterOf(record), this.#deps) });
    }
  }

  pick(plugin: string): Picked | undefined {
    const [live] = this.#inOrder(plugin);
    return live && { live, work: this.#workOf(live) };
  }

  trouble(): PlaceTrouble {
    const [first] = this.#replicas.values();
    if (!first) return { state: "absent", reason: `no module named ${this.#name} is registered` };
    const suspects = [...this.#replicas.values()].filter(({ record }) => record.suspect);
    if (suspects.length === this.#replicas.size) {
      return { state: "failed", reason: `${this.#name} does not keep its registration up: it gets no new work` };
    }
    return troubleOf(first.module.state);
  }

  get restarts(): number {
    return this.#restarts;
  }

  async stop(graceMs: number): Promise<void> {
    const all = [...this.#replicas.values()].map(({ module }) => module.stop(graceMs));
    this.#replicas.clear();
    await Promise.all([...all, ...this.#leaving]);
  }

  /** The instances that can work, the one to ask first: rendezvous hashing,
   *  <https://en.wikipedia.org/wiki/Rendezvous_hashing>. */
  #inOrder(plugin: string): LiveModule[] {
    return [...this.#replicas.values()]
      .flatMap(({ record, module }) => {
        const { live } = module;
        return live && !record.suspect ? [{ live, weight: weightOf(plugin, record.instanceId) }] : [];
      })
      .sort((a, b) => b.weight - a.weight)
      .map(({ live }) => live);
  }

  #workOf(live: LiveModule): HostedModule {
    const others = (items: readonly WorkItem[]): LiveModule | undefined =>
      this.#inOrder(items[0]?.run.plugin ?? "").find((other) => other !== live);
    const work = this.#work.get(live) ?? workWithReplicas(live, others, this.#deps.clock);
    this.#work.set(live, work);
    return work;
  }
}

/** How much a plugin is drawn to an instance. */
export function weightOf(plugin: string, instanceId: string): number {
  let hash = fnv1a(`${instanceId}\u0000${plugin}`);
  // FNV alone leaves names that differ in their last letter close together: the finaliser of MurmurHash3 spreads them.
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function workWithReplicas(
  live: LiveModule,
  next: (items: readonly WorkItem[]) => LiveModule | undefined,
  clock: Clock,
): HostedModule {
  return {
    title: live.title,
    limits: live.limits,
    itemsPerCall: live.itemsPerCall,
    poll: (items, listener, grant) =>
      answerElsewhere(items, (module, some, to, ask) => module.poll(some, to, ask), listener, {
        live,
        next,
        clock,
        grant,
      }),
    enrich: (items, listener, grant) =>
      answerElsewhere(items, (module, some, to, ask) => module.enrich(some, to, ask), listener, {
        live,
        next,
        clock,
        grant,
      }),
    discover: (run, signal, grant) => live.discover(run, signal, grant),
  };
}
