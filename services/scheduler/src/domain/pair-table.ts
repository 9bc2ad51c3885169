import type { PairId, RegisterSeen } from "@ocelli/model";
import { Column } from "./column.js";
import type { Seats } from "./due-ring.js";
import { openAfterMoveAtMs, type PlannedPlugin, type PlannedResource } from "./planned.js";
import { RegisterColumns } from "./register-columns.js";

/** What is known of one pair that is not planned any more, or whose register was found without a plan for it. */
export interface Ghost {
  readonly pair: PairId;
  /** Its register is kept until then, in epoch ms of the broker's clock. */
  keepUntilAtMs: number;
}

/** Where the open slot of a pair stands. */
export const slotStates = {
  none: 0,
  /** Waits for an instant or for the register to move. */
  held: 1,
  /** Waits for room on the way to the broker. */
  queued: 2,
  /** On its way to the broker. */
  sending: 3,
  /** The broker has its task, or an earlier one of the pair. */
  sent: 4,
} as const;

/** Everything known of the pairs of one partition, in columns by id. Ids of pairs that are gone are used again. */
export class PairTable implements Seats {
  readonly frequencyMs = new Column(Uint32Array);
  readonly phaseMs = new Column(Uint32Array);
  readonly next = new Column(Int32Array);
  readonly previous = new Column(Int32Array);
  /** Slots before this instant are not the pair's. */
  readonly fromAtMs = new Column(Float64Array);
  readonly registers = new RegisterColumns();
  /** The newest slot that is due and neither ran nor was given up; 0 for none. */
  readonly openSlotAtMs = new Column(Float64Array);
  readonly slotState = new Column(Uint8Array);
  /** The number of the reason it will be missed for, if it is. */
  readonly openReason = new Column(Uint8Array);
  /** How many more starts count as late because the device keeps the pair waiting, unless it does so again. */
  readonly lags = new Column(Uint8Array);
  /** When to look again; 0 for never. */
  readonly wakeAtMs = new Column(Float64Array);
  /** A slot that was given up although its task may still be taken; 0 for none. */
  readonly doubtSlotAtMs = new Column(Float64Array);
  readonly doubtReason = new Column(Uint8Array);
  readonly #plugins: (PlannedPlugin | undefined)[] = [];
  readonly #resources: (PlannedResource | undefined)[] = [];
  readonly #ghosts = new Map<number, Ghost>();
  readonly #free: number[] = [];
  #planned = 0;

  /** How many pairs are planned. */
  get planned(): number {
    return this.#planned;
  }

  /** A new entry, planned for nobody yet. */
  open(pair: PairId): number {
    const id = this.#free.pop() ?? this.#plugins.length;
    this.#plugins[id] = undefined;
    this.#resources[id] = undefined;
    this.#ghosts.set(id, { pair, keepUntilAtMs: 0 });
    for (const column of [this.fromAtMs, this.openSlotAtMs, this.wakeAtMs, this.doubtSlotAtMs]) column.set(id, 0);
    this.slotState.set(id, slotStates.none);
    this.lags.set(id, 0);
    this.registers.clear(id, 0);
    return id;
  }

  plan(id: number, plugin: PlannedPlugin, resource: PlannedResource | undefined): void {
    if (!this.#plugins[id]) this.#planned += 1;
    this.#plugins[id] = plugin;
    this.#resources[id] = resource;
    this.#ghosts.delete(id);
  }

  unplan(id: number, keepUntilAtMs: number): void {
    const pair = this.pair(id);
    if (this.#plugins[id]) this.#planned -= 1;
    this.#plugins[id] = undefined;
    this.#resources[id] = undefined;
    this.#ghosts.set(id, { pair, keepUntilAtMs });
  }

  /** The id may be used again from now on. */
  close(id: number): void {
    if (this.#plugins[id]) this.#planned -= 1;
    this.#plugins[id] = undefined;
    this.#resources[id] = undefined;
    this.#ghosts.delete(id);
    this.registers.clear(id, 0);
    this.wakeAtMs.set(id, 0);
    this.openSlotAtMs.set(id, 0);
    this.#free.push(id);
  }

  /** Undefined where the pair is not planned. */
  plugin(id: number): PlannedPlugin | undefined {
    return this.#plugins[id];
  }

  /** Undefined for discovery, too. */
  resource(id: number): PlannedResource | undefined {
    return this.#resources[id];
  }

  ghost(id: number): Ghost | undefined {
    return this.#ghosts.get(id);
  }

  pair(id: number): PairId {
    const plugin = this.#plugins[id];
    if (plugin) return { plugin: plugin.name, resourceId: this.#resources[id]?.resource.id ?? "" };
    return this.#ghosts.get(id)?.pair ?? { plugin: "", resourceId: "" };
  }

  seen(id: number): RegisterSeen | undefined {
    return this.registers.has(id) ? this.registers.seen(id, this.pair(id)) : undefined;
  }

  /** The first instant from which slots are the pair's. A resource that moved to another endpoint has another register there,
   *  which knows nothing of the runs before the move, even where the resource was at that endpoint before. */
  firstAtMs(id: number): number {
    const afterMoveAtMs = openAfterMoveAtMs(
      this.#resources[id],
      this.registers.startedAtMs(id),
      this.frequencyMs.get(id),
    );
    return Math.max(this.fromAtMs.get(id), afterMoveAtMs);
  }

  /** The ids of all planned pairs. */
  *plannedIds(): Generator<number> {
    for (let id = 0; id < this.#plugins.length; id += 1) if (this.#plugins[id]) yield id;
  }
}
