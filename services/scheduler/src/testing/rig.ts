import type { MeshEvent, PairId, PluginRecord, RegisterSeen, SlotAccount, Task } from "@ocelli/model";
import { pairKey } from "@ocelli/model";
import type { Broker, Leadership, RegisterFeed, TaskQueue } from "../domain/ports.js";
import { Scheduler } from "../domain/scheduler.js";
import { anAgent, outletTo, startMs } from "./builders.js";

/** A scheduler with everything around it in the test's hands. */
export class Rig {
  nowMs = startMs;
  monotonicMs = 0;
  isKnown = true;
  holds = true;
  /** What the removal of a register left. */
  traceRevision = 0;
  answer: "sent" | "pending" | Error = "sent";
  readonly sent: Task[] = [];
  readonly events: Omit<MeshEvent, "atMs" | "from">[] = [];
  readonly registers = new Map<string, RegisterSeen>();
  readonly feeds = new Map<number, { readonly feed: RegisterFeed; readonly signal: AbortSignal }>();
  readonly broker: Broker = { nowMs: () => this.nowMs, known: () => this.isKnown };
  /** What somebody else sent. */
  pending: PairId[] = [];
  /** How often it cannot be read before it can. */
  pendingFailures = 0;
  readonly tasks: TaskQueue = {
    send: (task) => this.#send(task),
    outlet: () => outletTo((task) => this.#send(task)),
    pendingPairs: () => this.#pendingPairs(),
  };
  readonly registersPort = {
    follow: (partition: number, feed: RegisterFeed, signal: AbortSignal): void => {
      this.feeds.set(partition, { feed, signal });
    },
    read: async (_: number, pair: PairId) => {
      const seen = this.registers.get(pairKey(pair));
      return { seen, revision: seen?.revision ?? this.traceRevision };
    },
    remove: (): void => {},
  };
  /** Whether the broker stores events. */
  storesEvents = true;
  /** How often a leader asked for its account to be kept. */
  saves = 0;
  readonly eventsPort = {
    publish: (event: Omit<MeshEvent, "atMs" | "from">) => void this.events.push(event),
    tell: async (event: Omit<MeshEvent, "atMs" | "from">) => {
      if (this.storesEvents) this.events.push(event);
      return this.storesEvents;
    },
  };
  readonly scheduler: Scheduler;

  constructor(partitions = 1) {
    this.scheduler = new Scheduler({
      clock: { monotonicMs: () => this.monotonicMs, sleep: () => new Promise((resolve) => setImmediate(resolve)) },
      broker: this.broker,
      tasks: this.tasks,
      registers: this.registersPort,
      events: this.eventsPort,
      partitions,
      device: { maxInFlight: 4, minGapMs: 0 },
    });
  }

  /** Plans a plugin that an agent has ready. */
  plan(record: PluginRecord): void {
    const { catalogue } = this.scheduler;
    catalogue.putPlugin(record);
    catalogue.putAgent({ ...anAgent("a", { [record.name]: "ready" }), leaseMs: 3_600_000 }, startMs, startMs);
  }

  leadership(partition = 0, left?: SlotAccount): Leadership {
    const save = (): void => {
      this.saves += 1;
    };
    return { partition, left, holds: () => this.holds, save };
  }

  /** Leads a partition whose registers are all read. */
  async lead(partition = 0, left?: SlotAccount): Promise<void> {
    this.scheduler.lead(this.leadership(partition, left));
    this.scheduler.tick();
    this.feeds.get(partition)?.feed.caughtUp();
    await new Promise((resolve) => setImmediate(resolve));
    await this.pass(25);
  }

  /** Time passes in ticks. */
  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 25) {
      this.nowMs += Math.min(25, left);
      this.monotonicMs += Math.min(25, left);
      this.scheduler.tick();
      await Promise.resolve();
      await Promise.resolve();
      await Promise.resolve();
    }
  }

  async *#pendingPairs(): AsyncGenerator<PairId[]> {
    if (this.pendingFailures > 0) {
      this.pendingFailures -= 1;
      throw new Error("away");
    }
    yield this.pending;
  }

  async #send(task: Task): Promise<"sent" | "pending"> {
    this.sent.push(task);
    if (this.answer instanceof Error) throw this.answer;
    return this.answer;
  }
}
