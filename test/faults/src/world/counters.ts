import { Agent } from "@ocelli/proto/agent";
import { Scheduler } from "@ocelli/proto/scheduler";
import { type Connection, connect, createClient } from "@ocelli/rpc";
import type { MissedSlots } from "../oracle/facts.js";
import type { Service } from "./service.js";

interface Asked {
  readonly service: Service;
  readonly connection: Connection;
  /** The last answer of each start of the process: its counters begin anew with each. */
  readonly answers: Map<number, ReadonlyMap<string, number>>;
  /** What it had counted when the run began, and as which process. */
  before: ReadonlyMap<string, number>;
  beforePid: number;
}

const askEveryMs = 400;
const timeoutMs = 1_500;
const missedPrefix = "missed ";

/** Asks agents and schedulers for their counters again and again, so that what one counted outlives it. */
export class Counters {
  readonly #asked: Asked[] = [];
  readonly #timer: NodeJS.Timeout;

  constructor(services: readonly { readonly service: Service; readonly endpoint: string }[]) {
    for (const { service, endpoint } of services) {
      this.#asked.push({ service, connection: connect(endpoint), answers: new Map(), before: new Map(), beforePid: 0 });
    }
    this.#timer = setInterval(() => void this.ask(), askEveryMs);
  }

  /** Asks everybody now. Who does not answer keeps its last answer. */
  async ask(): Promise<void> {
    await Promise.all(this.#asked.map((one) => this.#askOne(one).catch(() => undefined)));
  }

  /** From here on only what is counted later counts. */
  async begin(): Promise<void> {
    await this.ask();
    this.beginFromHere();
  }

  /** The same from what was answered last: between what was read before and what is read later nothing falls through. */
  beginFromHere(): void {
    for (const one of this.#asked) {
      const { pid } = one.service;
      one.beforePid = pid;
      one.before = one.answers.get(pid) ?? new Map();
      for (const other of one.answers.keys()) if (other !== pid) one.answers.delete(other);
    }
  }

  /** An agents' counter over all agents and all their starts: "claims_won", "results_stale". */
  sum(name: string): number {
    return this.#asked.reduce((total, { answers, before }) => {
      const start = total - (before.get(name) ?? 0);
      return [...answers.values()].reduce((sum, counts) => sum + (counts.get(name) ?? 0), start);
    }, 0);
  }

  /** Missed slots as the scheduler of that name counted them since it was started the last time. */
  missedOf(schedulerName: string): MissedSlots[] {
    const sums = new Map<string, number>();
    for (const { service, answers, before, beforePid } of this.#asked) {
      const { name, pid } = service;
      if (name !== schedulerName) continue;
      const add = (counts: ReadonlyMap<string, number> | undefined, sign: 1 | -1): void => {
        for (const [key, slots] of counts ?? []) {
          if (key.startsWith(missedPrefix)) sums.set(key, (sums.get(key) ?? 0) + sign * slots);
        }
      };
      add(answers.get(pid), 1);
      if (beforePid === pid) add(before, -1);
    }
    return [...sums].map(([name, slots]) => {
      const [, plugin = "", reason = ""] = name.split(" ");
      return { plugin, reason, slots };
    });
  }

  close(): void {
    clearInterval(this.#timer);
    for (const { connection } of this.#asked) connection.close();
  }

  async #askOne({ service, connection, answers }: Asked): Promise<void> {
    if (!service.isUp) return;
    const { pid } = service;
    const options = { timeoutMs };
    const counts = new Map<string, number>();
    if (service.name.startsWith("agent")) {
      const { counters } = await createClient(Agent, connection).getStatus({}, options);
      for (const { name, count } of counters) counts.set(name, Number(count));
    } else {
      const { missed, tasksSent } = await createClient(Scheduler, connection).getStatus({}, options);
      counts.set("tasks_sent", Number(tasksSent));
      for (const { plugin, reason, slots } of missed) counts.set(`${missedPrefix}${plugin} ${reason}`, Number(slots));
    }
    if (service.pid === pid) answers.set(pid, counts);
  }
}
