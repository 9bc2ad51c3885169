import { type ModuleRecord, OcelliError } from "@ocelli/model";
import { draft } from "./event-draft.js";
import { inParallel } from "./in-parallel.js";
import { leaseHolds } from "./live-agents.js";
import type { BrokerNow, Shelf, Stored, Tell } from "./ports.js";

/** Module name and instance id. */
export type ModuleKey = readonly [name: string, instanceId: string];

/** One start of one instance of a stand-alone module. */
export interface ModuleStart {
  readonly name: string;
  readonly instanceId: string;
  readonly bootId: string;
}

export interface Registration extends ModuleStart {
  readonly version: string;
  /** host:port */
  readonly endpoint: string;
}

export interface ModuleDeps {
  readonly modules: Shelf<ModuleRecord, ModuleKey>;
  /** Dials the endpoint and shakes hands. Throws what the module should hear. */
  readonly dialBack: (registration: Registration, signal: AbortSignal) => Promise<void>;
  readonly brokerNow: BrokerNow;
  readonly tell: Tell;
  /** How long a registration holds without a heartbeat, in ms. */
  readonly leaseMs: number;
}

const rounds = 5;

/** Keeps the registrations of stand-alone modules. Any registry can serve any call; the leader alone calls `expire`. */
export class ModuleKeeper {
  readonly #deps: ModuleDeps;
  /** Starts that a newer start of the same instance replaced: they do not come back. */
  readonly #replaced = new Set<string>();

  constructor(deps: ModuleDeps) {
    this.#deps = deps;
  }

  /** Throws `invalid` for a registration that says too little, what `dialBack` throws, and `precondition` for a start that
   *  a newer one of the same instance has replaced. */
  async register(registration: Registration, signal: AbortSignal): Promise<void> {
    const { name, instanceId, bootId, version, endpoint } = registration;
    for (const [field, value] of Object.entries({ name, instanceId, bootId, endpoint })) {
      if (value === "") throw new OcelliError("invalid", `the registration says no ${field}`);
    }
    this.#refuseReplaced(registration);
    await this.#deps.dialBack(registration, signal);
    this.#refuseReplaced(registration);
    const record: ModuleRecord = {
      name,
      instanceId,
      bootId,
      version,
      endpoint,
      leaseMs: this.#deps.leaseMs,
      suspect: false,
    };
    const before = await this.#write([name, instanceId], () => record);
    if (before && before.bootId !== bootId) this.#replaced.add(startKey(before));
    if (before && before.bootId === bootId && before.endpoint === endpoint) return;
    const message = `module ${name} ${version} registered at ${endpoint}`;
    this.#deps.tell(
      draft("module.registered", message, { attributes: { module: name, instance: instanceId, endpoint } }),
    );
  }

  /** Renews. False where the start is not known, so that it has to register. */
  async heartbeat(start: ModuleStart): Promise<boolean> {
    const renewed = await this.#rewrite(start, (record) => ({
      ...record,
      leaseMs: this.#deps.leaseMs,
      suspect: false,
    }));
    return renewed;
  }

  /** Its heartbeats broke off: it gets no new work, and what is left of its lease is all it has. */
  async suspect(start: ModuleStart): Promise<void> {
    const nowMs = this.#deps.brokerNow();
    if (nowMs === undefined) return;
    await this.#rewrite(start, (record, entry) => {
      const leftMs = entry.storedAtMs + entry.value.leaseMs - nowMs;
      return { ...record, leaseMs: Math.max(1, leftMs), suspect: true };
    });
  }

  /** Gone at once. Unknown ones are gone already. */
  async deregister(start: ModuleStart): Promise<void> {
    const entry = this.#deps.modules.get([start.name, start.instanceId]);
    if (entry?.value.bootId === start.bootId) await this.#remove(entry, "it said goodbye");
  }

  /** Removes the registrations whose lease is over on the broker's clock. */
  async expire(): Promise<void> {
    const nowMs = this.#deps.brokerNow();
    if (nowMs === undefined) return;
    const over = [...this.#deps.modules.values()].filter((entry) => !leaseHolds(entry, nowMs));
    await inParallel(over, 8, (entry) => this.#remove(entry, "its heartbeats stopped"));
  }

  async #remove({ key, value, revision }: Stored<ModuleRecord, ModuleKey>, why: string): Promise<void> {
    if ((await this.#deps.modules.remove(key, revision)) === "moved") return;
    const attributes = { module: value.name, instance: value.instanceId, endpoint: value.endpoint };
    this.#deps.tell(draft("module.gone", `module ${value.name} at ${value.endpoint} is gone: ${why}`, { attributes }));
  }

  /** Writes over whatever is there. Answers what was. */
  async #write(key: ModuleKey, next: () => ModuleRecord): Promise<ModuleRecord | undefined> {
    for (let round = 0; round < rounds; round += 1) {
      const entry = this.#deps.modules.get(key);
      if ((await this.#deps.modules.put(key, next(), entry?.revision)) === "done") return entry?.value;
    }
    throw new OcelliError("conflict", `two starts of module ${key[0]} register as ${key[1]} at the same time`);
  }

  /** Writes over the record of this start, if it is there. */
  async #rewrite(
    start: ModuleStart,
    next: (record: ModuleRecord, entry: Stored<ModuleRecord, ModuleKey>) => ModuleRecord,
  ): Promise<boolean> {
    const key: ModuleKey = [start.name, start.instanceId];
    for (let round = 0; round < rounds; round += 1) {
      const entry = this.#deps.modules.get(key);
      if (!entry || entry.value.bootId !== start.bootId) return false;
      if ((await this.#deps.modules.put(key, next(entry.value, entry), entry.revision)) === "done") return true;
    }
    return false;
  }

  #refuseReplaced(start: ModuleStart): void {
    if (!this.#replaced.has(startKey(start))) return;
    throw new OcelliError(
      "precondition",
      `a newer start of ${start.name} has registered as instance ${start.instanceId}`,
    );
  }
}

function startKey({ name, instanceId, bootId }: ModuleStart): string {
  return `${name}\u0000${instanceId}\u0000${bootId}`;
}
