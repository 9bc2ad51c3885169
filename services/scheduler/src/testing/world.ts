import { judge, type PairId, type PairRegister, pairKey, type RegisterSeen, type Task } from "@ocelli/model";
import type { DeviceLimits } from "../domain/device-rules.js";
import { MissedLog } from "../domain/missed-log.js";
import { Partition } from "../domain/partition.js";
import type { PlannedPlugin, PlannedResource } from "../domain/planned.js";
import { outletTo, startMs } from "./builders.js";

interface Stored extends RegisterSeen {
  readonly pair: PairId;
}

/** One run as the device sees it. */
export interface Hit {
  readonly pair: PairId;
  readonly slotAtMs: number;
  readonly startedAtMs: number;
  /** Undefined while it runs, or where it died. */
  endedAtMs: number | undefined;
  /** Its completion was taken. */
  isCompleted: boolean;
  readonly revision: number;
}

export interface RunPlan {
  /** How long after it was sent an agent takes the task. */
  readonly takeAfterMs: number;
  /** How long it runs; undefined: it dies and is never heard of again. */
  readonly runMs: number | undefined;
}

const leaseMs = 3_000;
const stepMs = 25;

/** A broker, its clock, agents and devices as the reference says they are, around one real partition. Everything happens when
 *  time is moved; what the scheduler is told of registers comes late by `feedDelayMs`. */
export class World {
  nowMs = startMs;
  brokerAway = false;
  /** The broker goes while tasks are on their way. */
  losesSends = false;
  noTaker = false;
  /** No scheduler lives, until `restart`. */
  schedulerAway = false;
  /** Plugins whose tasks no agent takes. */
  readonly untaken = new Set<string>();
  /** How late each register change is told. */
  feedDelayMs = 0;
  nextRun: RunPlan = { takeAfterMs: 5, runMs: 200 };
  readonly missed = new MissedLog();
  readonly hits: Hit[] = [];
  readonly sent: Task[] = [];
  readonly queue = new Map<string, { readonly task: Task; readonly takeAtMs: number; readonly run: RunPlan }>();
  readonly registers = new Map<string, Stored>();
  /** What each device stands. */
  readonly limits = new Map<string, DeviceLimits>();
  partition: Partition;
  #revision = 0;
  #wasAway = false;
  #feed: { readonly atMs: number; readonly stored: Stored }[] = [];
  #events: { readonly atMs: number; readonly run: () => void }[] = [];

  constructor(handledToMs?: number) {
    this.partition = this.#partition();
    this.partition.begin(handledToMs, "scheduler_away");
  }

  /** The scheduler dies and another one takes over, having read everything. */
  restart(pairs: readonly [PlannedPlugin, PlannedResource][]): void {
    const handledToMs = this.partition.cursorMs;
    this.schedulerAway = false;
    this.partition = this.#partition();
    for (const [plugin, resource] of pairs) this.partition.put(plugin, resource);
    this.#feed = [];
    for (const stored of this.registers.values()) this.partition.registerSeen(stored.pair, stored);
    for (const { task } of this.queue.values()) {
      this.partition.pendingSeen({ plugin: task.plugin, resourceId: task.resource?.id ?? "" });
    }
    this.partition.begin(handledToMs, "scheduler_away");
  }

  /** Moves time on in small steps. Promises settle between them. */
  async pass(ms: number): Promise<void> {
    const untilMs = this.nowMs + ms;
    while (this.nowMs < untilMs) {
      this.nowMs = Math.min(untilMs, this.nowMs + stepMs);
      this.#tell();
      this.#happen();
      this.#take();
      if (this.brokerAway) this.#wasAway = true;
      else if (!this.schedulerAway) {
        this.partition.tick(this.#wasAway ? "broker_away" : "scheduler_away");
        this.#wasAway = false;
      }
      await Promise.resolve();
      await Promise.resolve();
      await Promise.resolve();
    }
  }

  /** Slots that are missed so far, by reason. */
  misses(): Record<string, number> {
    const sums: Record<string, number> = {};
    for (const { reason, slots } of this.missed.counts()) sums[reason] = (sums[reason] ?? 0) + slots;
    return sums;
  }

  /** Asks for a run outside the schedule, as poll now does: only through an open guard. */
  onDemand(plugin: PlannedPlugin, resource: PlannedResource): void {
    const pair = { plugin: plugin.name, resourceId: resource.resource.id };
    const stored = this.registers.get(pairKey(pair));
    if (this.brokerAway || judge(stored, plugin.spec.frequencyMs, this.nowMs).kind !== "open") return;
    const task: Task = {
      kind: "polling",
      plugin: plugin.name,
      resource: resource.resource,
      pluginRevision: "1",
      slotAtMs: this.nowMs,
      notBeforeAtMs: this.nowMs,
      expiresAtMs: this.nowMs + plugin.spec.frequencyMs,
      frequencyMs: plugin.spec.frequencyMs,
      revision: stored?.revision ?? 0,
      state: new Uint8Array(),
      onDemand: true,
      traceparent: "",
    };
    this.#enqueue(task);
  }

  put(pair: PairId, register: PairRegister, revision: number): number | undefined {
    const key = pairKey(pair);
    if ((this.registers.get(key)?.revision ?? 0) !== revision) return undefined;
    this.#revision += 1;
    const stored = { pair, register, revision: this.#revision, storedAtMs: this.nowMs };
    this.registers.set(key, stored);
    this.#feed.push({ atMs: this.nowMs + this.feedDelayMs, stored });
    return this.#revision;
  }

  #partition(): Partition {
    return new Partition(0, this.missed, {
      outlet: outletTo((task) => this.#send(task)),
      partitions: 1,
      removeRegister: (pair, revision) => {
        const key = pairKey(pair);
        if (this.registers.get(key)?.revision !== revision) return;
        this.registers.delete(key);
        this.#revision += 1;
        this.partition.registerGone(pair, this.#revision);
      },
      frequencyMsOf: () => undefined,
      endpointOf: () => undefined,
      limitsOf: (endpoint) => this.limits.get(endpoint) ?? { maxInFlight: 4, minGapMs: 0 },
      brokerNowMs: () => this.nowMs,
    });
  }

  async #send(task: Task): Promise<"sent" | "pending"> {
    if (this.brokerAway || this.losesSends) throw new Error("away");
    this.sent.push(task);
    return this.#enqueue(task);
  }

  #enqueue(task: Task): "sent" | "pending" {
    const key = pairKey({ plugin: task.plugin, resourceId: task.resource?.id ?? "" });
    if (this.queue.has(key)) return "pending";
    this.queue.set(key, { task, takeAtMs: this.nowMs + this.nextRun.takeAfterMs, run: this.nextRun });
    return "sent";
  }

  /** Register changes reach the scheduler in order, none of them early, none while the broker is away. */
  #tell(): void {
    while (!this.brokerAway && !this.schedulerAway && this.#feed[0] && this.#feed[0].atMs <= this.nowMs) {
      const next = this.#feed.shift();
      if (next) this.partition.registerSeen(next.stored.pair, next.stored);
    }
  }

  #happen(): void {
    if (this.brokerAway) return;
    const due = this.#events.filter(({ atMs }) => atMs <= this.nowMs);
    this.#events = this.#events.filter(({ atMs }) => atMs > this.nowMs);
    for (const { run } of due) run();
  }

  #take(): void {
    if (this.brokerAway || this.noTaker) return;
    for (const [key, { task, takeAtMs, run }] of this.queue) {
      if (takeAtMs > this.nowMs || task.notBeforeAtMs > this.nowMs || this.untaken.has(task.plugin)) continue;
      this.queue.delete(key);
      if (task.expiresAtMs > this.nowMs) this.#claim(task, run);
    }
  }

  #claim(task: Task, run: RunPlan): void {
    const pair = { plugin: task.plugin, resourceId: task.resource?.id ?? "" };
    const claimed: PairRegister = {
      ...pair,
      running: true,
      agentId: "a",
      attempt: "1",
      fence: 0,
      leaseMs,
      slotAtMs: task.slotAtMs,
      startedAtMs: 0,
      finishedAtMs: 0,
      status: "success",
      state: task.state,
    };
    const revision = this.put(pair, claimed, task.revision);
    if (revision === undefined) return;
    const hit: Hit = {
      pair,
      slotAtMs: task.slotAtMs,
      startedAtMs: this.nowMs,
      endedAtMs: undefined,
      isCompleted: false,
      revision,
    };
    this.hits.push(hit);
    if (run.runMs === undefined) return;
    const startedAtMs = this.nowMs;
    this.#renew(pair, claimed, hit, revision, startedAtMs, startedAtMs + run.runMs);
  }

  /** Renews every third of the lease. A run that could not renew in time gives up at 0.8 of it and says nothing more. */
  #renew(pair: PairId, claimed: PairRegister, hit: Hit, revision: number, startedAtMs: number, endAtMs: number): void {
    const running = { ...claimed, fence: hit.revision, startedAtMs };
    const giveUpAtMs = this.nowMs + leaseMs * 0.8;
    const run = (): void => {
      if (endAtMs <= this.nowMs && endAtMs <= giveUpAtMs) {
        hit.endedAtMs = endAtMs;
        const completed = this.put(pair, { ...running, running: false, finishedAtMs: this.nowMs }, revision);
        hit.isCompleted = completed !== undefined;
        return;
      }
      if (this.nowMs > giveUpAtMs) {
        hit.endedAtMs = giveUpAtMs;
        return;
      }
      const renewed = this.put(pair, running, revision);
      if (renewed !== undefined) this.#renew(pair, claimed, hit, renewed, startedAtMs, endAtMs);
    };
    this.#events.push({ atMs: Math.min(endAtMs, this.nowMs + leaseMs / 3), run });
  }
}
