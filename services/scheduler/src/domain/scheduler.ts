import { type Clock, partitionOf, type SlotAccount } from "@ocelli/model";
import { Catalogue } from "./catalogue.js";
import { type DeviceLimits, DeviceRules } from "./device-rules.js";
import type { GapReason } from "./miss-reason.js";
import { missedEvents } from "./missed-events.js";
import { type MissedCount, MissedLog, summed } from "./missed-log.js";
import { Partition } from "./partition.js";
import { Plan, type Steps } from "./plan.js";
import type { Broker, Events, Leadership, Registers, TaskQueue } from "./ports.js";

export interface SchedulerDeps {
  readonly clock: Pick<Clock, "monotonicMs" | "sleep">;
  readonly broker: Broker;
  readonly tasks: TaskQueue;
  readonly registers: Registers;
  readonly events: Events;
  /** How many partitions the mesh has. */
  readonly partitions: number;
  /** What a device stands, unless its resources say otherwise. */
  readonly device: DeviceLimits;
}

interface Led {
  readonly leadership: Leadership;
  readonly partition: Partition;
  readonly missed: MissedLog;
  readonly stop: AbortController;
  /** All its registers have been read, and what the leader before sent is known. */
  isRead: boolean;
  /** Reading what the leader before sent. */
  isReading: boolean;
  /** Why the next tick comes late, if it does. */
  gap: GapReason;
  /** This process itself stood still since the last tick: what passed is nobody else's fault. */
  stoodStill: boolean;
}

export interface SchedulerStatus {
  readonly leads: readonly number[];
  readonly pairs: number;
  readonly tasksSent: number;
  readonly missed: readonly MissedCount[];
}

/** How much of a tick may go into working out changes of the plan, in ms: little while pairs are scheduled, whose slots would
 *  come late, and much as long as everything waits for the plan. */
const planBudgetMs = { scheduling: 8, waiting: 200 };
const choresEveryMs = 1_000;
const standstillMs = 2_000;
const readAgainMs = 500;

/** Decides when: follows what exists, and asks for each slot of the pairs whose partitions it leads. Everything that happens by
 *  time happens in `tick`. */
export class Scheduler {
  readonly plan: Plan;
  readonly catalogue: Catalogue;
  readonly devices: DeviceRules;
  readonly #deps: SchedulerDeps;
  readonly #led = new Map<number, Led>();
  readonly #work: { readonly steps: Steps; readonly done?: () => void }[] = [];
  #sentByLost = 0;
  #missedByLost: readonly MissedCount[] = [];
  #choresAtMs = Number.NEGATIVE_INFINITY;
  #lastKnownMs: number | undefined;
  #isAway = false;
  #tickedAtMs: number | undefined;
  /** When the broker was last found to be back. */
  #backAtMs = Number.NEGATIVE_INFINITY;

  constructor(deps: SchedulerDeps) {
    this.#deps = deps;
    this.devices = new DeviceRules(deps.device);
    this.plan = new Plan(
      deps.partitions,
      { get: (partition) => this.#led.get(partition)?.partition },
      (before, after) => this.devices.resourceMoved(before, after),
    );
    this.catalogue = new Catalogue(this.plan, (steps) => this.#work.push({ steps }));
  }

  /** The partitions led now. */
  *partitions(): Generator<Partition> {
    for (const { partition } of this.#led.values()) yield partition;
  }

  partition(number: number): Partition | undefined {
    return this.#led.get(number)?.partition;
  }

  status(): SchedulerStatus {
    const led = [...this.#led.values()];
    const sum = (of: (partition: Partition) => number): number =>
      led.reduce((total, { partition }) => total + of(partition), 0);
    return {
      leads: [...this.#led.keys()].sort((a, b) => a - b),
      pairs: sum(({ pairs }) => pairs.planned),
      tasksSent: this.#sentByLost + sum(({ tasksSent }) => tasksSent),
      missed: summed([...this.#missedByLost, ...led.flatMap(({ missed }) => missed.counts())]),
    };
  }

  /** Takes a partition on. Nothing of it is sent before its pairs are planned and all its registers have been read. */
  lead(leadership: Leadership): void {
    const { registers, tasks, broker } = this.#deps;
    const { partition: number } = leadership;
    this.lose(number);
    const missed = new MissedLog();
    const partition = new Partition(number, missed, {
      outlet: tasks.outlet(number),
      partitions: this.#deps.partitions,
      removeRegister: (pair, revision) => registers.remove(number, pair, revision),
      frequencyMsOf: (plugin) => this.plan.plugins.get(plugin)?.spec.frequencyMs,
      endpointOf: (resourceId) => this.plan.resources.get(resourceId)?.resource.endpoint,
      limitsOf: (endpoint) => this.devices.limitsOf(endpoint),
      brokerNowMs: () => broker.nowMs(),
    });
    const led: Led = {
      leadership,
      partition,
      missed,
      stop: new AbortController(),
      isRead: false,
      isReading: false,
      gap: "scheduler_away",
      stoodStill: false,
    };
    this.#led.set(number, led);
    this.#work.push({ steps: this.plan.lead(number), done: () => this.#follow(led) });
  }

  /** How far the slots of a partition are accounted for; undefined while nobody here has looked at them. */
  accountOf(number: number): SlotAccount | undefined {
    const led = this.#led.get(number);
    const handledToMs = led?.partition.cursorMs;
    return led && handledToMs !== undefined ? { handledToMs, missed: led.missed.untold() } : undefined;
  }

  /** Lets a partition go, at once. What its account says is counted by whoever follows. */
  lose(number: number): void {
    const led = this.#led.get(number);
    if (!led) return;
    this.#sentByLost += led.partition.tasksSent;
    led.missed.handOver();
    this.#missedByLost = summed([...this.#missedByLost, ...led.missed.counts()]);
    this.#led.delete(number);
    led.stop.abort();
  }

  tick(): void {
    const { broker, clock } = this.#deps;
    const monotonicMs = clock.monotonicMs();
    const stoodStill = this.#tickedAtMs !== undefined && monotonicMs - this.#tickedAtMs > standstillMs;
    if (stoodStill) for (const led of this.#led.values()) led.stoodStill = true;
    this.#tickedAtMs = monotonicMs;
    const nowMs = broker.nowMs();
    this.#doWork();
    if (!broker.known() || Number.isNaN(nowMs)) {
      this.#isAway = true;
      return;
    }
    if (this.#isAway) this.#back(nowMs);
    this.#lastKnownMs = nowMs;
    if (nowMs - this.#choresAtMs >= choresEveryMs) this.#chores(nowMs);
    for (const led of this.#led.values()) {
      if (!led.leadership.holds()) this.#blameBroker(led);
      else if (led.isRead) this.#tick(led);
    }
    this.#saveNews();
  }

  /** What was counted is kept at once: a task that is sent in the same moment may run, and then nobody else can know that the slot
   *  before it did not. */
  #saveNews(): void {
    for (const { missed, leadership } of this.#led.values()) if (missed.takeNews()) leadership.save();
  }

  /** The broker did not answer, for a while or for long enough to make a leadership uncertain. */
  #blameBroker(led: Led): void {
    if (!led.stoodStill) led.gap = "broker_away";
  }

  #tick(led: Led): void {
    const { partition } = led;
    if (partition.cursorMs === undefined) this.#begin(led);
    else partition.tick(led.gap);
    led.gap = "scheduler_away";
    led.stoodStill = false;
  }

  #begin(led: Led): void {
    const { partition, leadership, missed } = led;
    missed.adopt(leadership.left?.missed ?? []);
    partition.begin(leadership.left?.handledToMs, this.#gapOf(led));
    leadership.save();
  }

  #follow(led: Led): void {
    const { partition, stop } = led;
    if (stop.signal.aborted) return;
    const feed = {
      put: partition.registerSeen.bind(partition),
      gone: partition.registerGone.bind(partition),
      caughtUp: () => void this.#readPending(led),
    };
    this.#deps.registers.follow(partition.number, feed, stop.signal);
  }

  /** What is in the queue counts for the budgets of devices, so that a new leader does not send on top of it. Begun once; what
   *  fails is tried again, for nothing is sent before. */
  async #readPending(led: Led): Promise<void> {
    if (led.isRead || led.isReading) return;
    led.isReading = true;
    const { tasks, clock } = this.#deps;
    const { partition, stop } = led;
    while (!stop.signal.aborted && !led.isRead) {
      try {
        for await (const pairs of tasks.pendingPairs(partition.number)) {
          for (const pair of pairs) partition.pendingSeen(pair);
        }
        led.isRead = true;
      } catch {
        await clock.sleep(readAgainMs, stop.signal);
      }
    }
  }

  #gapOf({ leadership: { left } }: Led): GapReason {
    const handledToMs = left?.handledToMs;
    return handledToMs !== undefined && handledToMs < this.#backAtMs ? "broker_away" : "scheduler_away";
  }

  #back(nowMs: number): void {
    this.#isAway = false;
    this.catalogue.agents.brokerBack(this.#lastKnownMs ?? nowMs, nowMs);
    this.catalogue.refresh(nowMs);
    if (this.#lastKnownMs !== undefined) this.#backAtMs = nowMs;
    for (const led of this.#led.values()) this.#blameBroker(led);
  }

  #chores(nowMs: number): void {
    this.#choresAtMs = nowMs;
    this.catalogue.refresh(nowMs);
    const untold = [...this.#led.values()].flatMap(({ missed }) => missed.takeUntold());
    for (const { event, settle } of missedEvents(untold)) {
      void this.#deps.events.tell(event).then((stored) => {
        settle(stored);
        this.#saveNews();
      });
    }
    this.#tellDeviceProblems();
  }

  /** Told by who leads the device, so that it is told once. */
  #tellDeviceProblems(): void {
    const { partitions, events } = this.#deps;
    const problems = this.devices.takeProblems(({ endpoint }) =>
      this.#led.has(partitionOf("", { endpoint }, partitions)),
    );
    for (const { resourceId, key, value, message } of problems) {
      events.publish({ type: "device.setting_ignored", plugin: "", resourceId, message, attributes: { key, value } });
    }
  }

  /** Changes of the plan, a slice at a time, in the order they came. */
  #doWork(): void {
    const { clock } = this.#deps;
    const isScheduling = [...this.#led.values()].some(({ isRead }) => isRead);
    const untilMs = clock.monotonicMs() + (isScheduling ? planBudgetMs.scheduling : planBudgetMs.waiting);
    for (let work = this.#work[0]; work; work = this.#work[0]) {
      for (let step = 1; !work.steps.next().done; step += 1) {
        if (step % 128 === 0 && clock.monotonicMs() >= untilMs) return;
      }
      this.#work.shift();
      work.done?.();
    }
  }
}
