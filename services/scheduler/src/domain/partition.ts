import { leaseMarginMs, type PairId, phaseMs, type RegisterSeen, slotAfter, slotAtOrBefore } from "@ocelli/model";
import { DeviceGate, type GatePorts } from "./device-gate.js";
import { DueRing } from "./due-ring.js";
import type { GapReason } from "./miss-reason.js";
import type { MissedLog } from "./missed-log.js";
import { Outbox, stepMs, type TaskOutlet } from "./outbox.js";
import { PairIndex } from "./pair-index.js";
import { PairTable } from "./pair-table.js";
import type { PlannedPlugin, PlannedResource } from "./planned.js";
import { SlotKeeper } from "./slot-keeper.js";
import { WakeList } from "./wake-list.js";

/** What a partition needs of the world. */
export interface PartitionPorts extends GatePorts {
  readonly outlet: TaskOutlet;
  /** Removes a register if it still is at that revision. */
  readonly removeRegister: (pair: PairId, revision: number) => void;
  /** The interval of a plugin; undefined where no such plugin is known. */
  readonly frequencyMsOf: (plugin: string) => number | undefined;
  /** Epoch ms of the broker's clock. */
  readonly brokerNowMs: () => number;
}

/** Tasks on their way to the broker at once. */
const inFlightMax = 4096;
/** Kept beyond one interval before a register that nobody plans for is removed, in ms: the longest lease agents take. */
const longestLeaseMs = 60_000;
/** How long a register is kept whose plugin, and with it the interval, nobody knows. */
const unknownIntervalMs = 24 * 3_600_000;
const removeAgainMs = 60_000;

/** All pairs of one partition, while this scheduler leads it: whole devices, so that the budget per endpoint has its place here,
 *  between a slot that is due and its task. Does nothing of its own accord: it is told of plans, registers and time. */
export class Partition {
  readonly number: number;
  readonly pairs = new PairTable();
  readonly index = new PairIndex();
  readonly gate: DeviceGate;
  readonly #rings = new Map<number, DueRing>();
  readonly #wakes = new WakeList();
  readonly #outbox: Outbox;
  readonly #slots: SlotKeeper;
  readonly #ports: PartitionPorts;
  /** Discoveries that never ran. */
  readonly #unseen = new Set<number>();
  #cursorMs: number | undefined;
  /** The last step in which late slots travelled together. */
  #lateStep = 0;

  constructor(number: number, missed: MissedLog, ports: PartitionPorts) {
    this.number = number;
    this.#ports = ports;
    this.#outbox = new Outbox(ports.outlet, inFlightMax, (id, task, answer) => {
      this.gate.answered(id, task, answer);
      this.#slots.answered(id, task, answer, ports.brokerNowMs());
    });
    const turn = (id: number, nowMs: number): void => this.#slots.consider(id, nowMs);
    this.gate = new DeviceGate(this.pairs, this.#outbox, ports, turn);
    this.#slots = new SlotKeeper(this.pairs, this.#wakes, missed, this.gate.dispatch);
  }

  get tasksSent(): number {
    return this.#outbox.sent;
  }

  /** Up to when slots have been looked at; undefined before `begin`. */
  get cursorMs(): number | undefined {
    return this.#cursorMs;
  }

  rings(): Iterable<DueRing> {
    return this.#rings.values();
  }

  /** Plans a pair, or tells what changed about it. It starts with its next slot. */
  put(plugin: PlannedPlugin, resource: PlannedResource | undefined): void {
    const pair = { plugin: plugin.name, resourceId: resource?.resource.id ?? "" };
    const id = this.#idOf(pair);
    const { pairs } = this;
    const isNew = pairs.plugin(id) === undefined;
    const { frequencyMs } = plugin.spec;
    pairs.plan(id, plugin, resource);
    // What ran once was ready once, even if no agent is left that could say so.
    if (pairs.registers.has(id)) plugin.everReady = true;
    if (isNew && !resource) this.#unseen.add(id);
    if (!isNew && pairs.frequencyMs.get(id) === frequencyMs) return;
    if (!isNew) this.#leaveRing(id);
    pairs.frequencyMs.set(id, frequencyMs);
    pairs.phaseMs.set(id, phaseMs(pair, frequencyMs));
    pairs.fromAtMs.set(id, this.#ports.brokerNowMs());
    this.#ring(frequencyMs).add(id);
  }

  /** Stops planning a pair. Its register stays for an interval and a lease, so that adding the pair again finds the guard as it
   *  was. Nothing happens where the pair is not planned. */
  take(pluginName: string, resourceId: string): void {
    const id = this.index.get(pluginName, resourceId);
    if (id === undefined || !this.pairs.plugin(id)) return;
    const frequencyMs = this.pairs.frequencyMs.get(id);
    this.#leaveRing(id);
    this.pairs.unplan(id, this.#ports.brokerNowMs() + frequencyMs + longestLeaseMs + leaseMarginMs);
    this.#haunt(id);
  }

  /** A register was read or changed. What is older than what is known says nothing. */
  registerSeen(pair: PairId, seen: RegisterSeen): void {
    const id = this.#idOf(pair);
    const { registers } = this.pairs;
    if (seen.revision <= registers.revision(id) && seen.storedAtMs <= registers.storedAtMs(id)) return;
    const nowMs = this.#ports.brokerNowMs();
    this.gate.registerMoved(id, seen);
    this.#slots.registerMoved(id, seen, nowMs);
    const plugin = this.pairs.plugin(id);
    if (plugin) plugin.everReady = true;
    const ghost = this.pairs.ghost(id);
    if (!ghost) return;
    if (ghost.keepUntilAtMs === 0) {
      const frequencyMs = this.#ports.frequencyMsOf(pair.plugin) ?? unknownIntervalMs;
      ghost.keepUntilAtMs = nowMs + frequencyMs + longestLeaseMs + leaseMarginMs;
    }
    this.#slots.wakeAt(id, nowMs);
  }

  /** A register is gone. `revision` is that of its removal. */
  registerGone(pair: PairId, revision: number): void {
    const id = this.#idOf(pair);
    if (revision < this.pairs.registers.revision(id)) return;
    this.gate.clear(id);
    this.#slots.registerRemoved(id);
    this.pairs.registers.clear(id, revision);
  }

  /** A task of that pair is in the queue already: whoever led before sent it, and it may still be claimed. Told before `begin`. */
  pendingSeen(pair: PairId): void {
    const id = this.index.get(pair.plugin, pair.resourceId);
    if (id === undefined) return;
    const frequencyMs = this.pairs.frequencyMs.get(id) || (this.#ports.frequencyMsOf(pair.plugin) ?? unknownIntervalMs);
    this.gate.pendingSeen(id, frequencyMs);
  }

  /** Starts: everything planned and all registers are known. Slots after `handledToMs` passed while nobody led; undefined means
   *  that nobody ever did. Of the slots up to there only the newest of each pair may still be open: it is taken on as it is. */
  begin(handledToMs: number | undefined, gap: GapReason): void {
    const nowMs = this.#ports.brokerNowMs();
    this.#cursorMs = nowMs;
    const { pairs } = this;
    for (const id of pairs.plannedIds()) {
      if (handledToMs === undefined || !pairs.registers.has(id)) pairs.fromAtMs.set(id, nowMs);
      else this.#takeOn(id, handledToMs, nowMs, gap);
    }
  }

  /** Time has passed up to now. `gap` says why slots were left alone if this comes late. */
  tick(gap: GapReason): void {
    const fromMs = this.#cursorMs;
    const nowMs = this.#ports.brokerNowMs();
    if (fromMs === undefined || !(nowMs > fromMs)) return;
    const step = Math.floor(nowMs / stepMs);
    if (step * stepMs > fromMs) this.#outbox.together(step, false, () => this.#walk(fromMs, step * stepMs, nowMs, gap));
    // A step that is looked at again has used its lane.
    if (step > this.#lateStep) this.#outbox.together(step, true, () => this.#serveLate(nowMs));
    else this.#serveLate(nowMs);
    this.#lateStep = step;
  }

  #serveLate(nowMs: number): void {
    for (const id of this.#unseen) this.#runAhead(id, nowMs);
    this.#wakes.drain(nowMs, (id) => this.#woken(id, nowMs));
    for (const id of this.#outbox.takeWaiting()) this.#slots.sendQueued(id, nowMs);
    this.gate.serve(nowMs);
  }

  /** Looks at the slots that have come. */
  #walk(fromMs: number, toMs: number, nowMs: number, gap: GapReason): void {
    this.#cursorMs = toMs;
    for (const ring of this.#rings.values()) {
      ring.due(fromMs, toMs, (id, slotAtMs, older) => this.#slots.due(id, slotAtMs, older, nowMs, gap));
    }
  }

  /** A discovery that never ran does not wait for its first slot, which may be hours away: it runs that slot at once. There are
   *  few of them, so that this is no herd, and everything else waits for what they find. */
  #runAhead(id: number, nowMs: number): void {
    const { pairs } = this;
    const plugin = pairs.plugin(id);
    const ranOrRuns = pairs.registers.has(id) || pairs.openSlotAtMs.get(id) > 0;
    if (!plugin || ranOrRuns) this.#unseen.delete(id);
    else if (plugin.due && plugin.ready) {
      this.#unseen.delete(id);
      this.#slots.open(id, slotAfter(nowMs, pairs.phaseMs.get(id), pairs.frequencyMs.get(id)), nowMs);
    }
  }

  #takeOn(id: number, handledToMs: number, nowMs: number, gap: GapReason): void {
    const { pairs } = this;
    const frequencyMs = pairs.frequencyMs.get(id);
    const phase = pairs.phaseMs.get(id);
    const newest = slotAtOrBefore(nowMs, phase, frequencyMs);
    const left = slotAtOrBefore(Math.min(handledToMs, nowMs), phase, frequencyMs);
    const ranMs = pairs.registers.slotAtMs(id);
    pairs.fromAtMs.set(id, 0);
    if (ranMs >= newest) return;
    if (ranMs < left) this.#slots.takeOn(id, left, left < newest ? gap : undefined, nowMs);
    if (left === newest) return;
    const oldest = slotAfter(Math.max(left, ranMs), phase, frequencyMs);
    this.#slots.due(id, newest, (newest - oldest) / frequencyMs, nowMs, gap);
  }

  #woken(id: number, nowMs: number): void {
    const atMs = this.pairs.wakeAtMs.get(id);
    if (atMs === 0 || atMs > nowMs) return;
    this.pairs.wakeAtMs.set(id, 0);
    if (this.pairs.plugin(id)) this.#slots.consider(id, nowMs);
    else this.#haunt(id);
  }

  /** What becomes of an entry that is not planned: first its open slot ends, then its register, then it. */
  #haunt(id: number): void {
    const { pairs } = this;
    const { registers } = pairs;
    const ghost = pairs.ghost(id);
    if (!ghost) return;
    const nowMs = this.#ports.brokerNowMs();
    const openAtMs = pairs.openSlotAtMs.get(id);
    const openUntilMs = openAtMs + pairs.frequencyMs.get(id);
    if (openAtMs > 0 && nowMs < openUntilMs) {
      this.#slots.wakeAt(id, openUntilMs);
      return;
    }
    this.#slots.close(id, "scheduler_away");
    if (!registers.has(id)) {
      // The trace of a removal is kept: the next claim must expect exactly its revision.
      if (registers.revision(id) === 0) this.#forget(id);
      return;
    }
    const leaseEndAtMs = registers.running(id) ? registers.storedAtMs(id) + registers.leaseMs(id) + leaseMarginMs : 0;
    const keepUntilAtMs = Math.max(ghost.keepUntilAtMs, leaseEndAtMs);
    if (nowMs < keepUntilAtMs || this.#cursorMs === undefined) {
      this.#slots.wakeAt(id, Math.max(keepUntilAtMs, nowMs + 1));
      return;
    }
    this.#ports.removeRegister(ghost.pair, registers.revision(id));
    this.#slots.wakeAt(id, nowMs + removeAgainMs);
  }

  #forget(id: number): void {
    this.gate.clear(id);
    this.index.delete(this.pairs.pair(id));
    this.pairs.close(id);
  }

  #idOf(pair: PairId): number {
    const known = this.index.get(pair.plugin, pair.resourceId);
    if (known !== undefined) return known;
    const id = this.pairs.open(pair);
    this.index.set(pair, id);
    return id;
  }

  #ring(frequencyMs: number): DueRing {
    let ring = this.#rings.get(frequencyMs);
    if (!ring) {
      ring = new DueRing(frequencyMs, this.pairs);
      this.#rings.set(frequencyMs, ring);
    }
    return ring;
  }

  #leaveRing(id: number): void {
    const ring = this.#rings.get(this.pairs.frequencyMs.get(id));
    ring?.remove(id);
    if (ring?.size === 0) this.#rings.delete(ring.frequencyMs);
  }
}
