import { AckPolicy, DeliverPolicy, JetStreamApiError } from "@nats-io/jetstream";
import { taskCodec } from "@ocelli/codec";
import { type Kind, messageOf, OcelliError, type Task, tasksPerMessage, toToken } from "@ocelli/model";
import { anySequence } from "./acked-publisher.js";
import type { Delivery } from "./delivery.js";
import { ExpiredTasks } from "./expired-tasks.js";
import type { Link } from "./link.js";
import { type PendingPair, pendingPairs } from "./pending-pairs.js";
import { Puller } from "./puller.js";
import { pairOfKeys } from "./table.js";
import { type DeliveredTask, deliveredTasks } from "./task-message.js";

/** "pending": the pair's earlier task is still there. "unanswered": it may or may not have been taken. */
export type SendAnswer = "sent" | "pending" | "unanswered";

export interface TakeOptions {
  readonly plugin: string;
  /** How many more tasks may be taken now. */
  readonly free: () => number;
  /** How many of the plugin may run here at a time, which says how many come together; they come alone where it is missing. */
  readonly maxInFlight?: () => number;
  readonly onTask: (task: DeliveredTask) => void;
  /** Bytes that are no task. They are settled already. */
  readonly onGarbage: (delivery: Delivery, reason: string) => void;
}

/** An agent decides about a task within moments. One that died or froze with tasks in its hands must not keep their pairs from
 *  others for longer than this: while a task is there, its pair gets no other. */
const ackWaitMs = 5_000;
const inactiveMs = 3600_000;
const maxAckPending = 50_000;
const nanosPerMs = 1e6;

/** The work queue. The broker keeps at most one message per subject: that of a pair, or of a lane, in which the tasks of a
 *  plugin travel whose slots come in the same moment, so that each interval brings the same pairs on the same lane. */
export class TaskQueue {
  readonly #link: Link;
  readonly #partitions: number;
  readonly #expired: ExpiredTasks;

  constructor(link: Link, partitions: number) {
    this.#link = link;
    this.#expired = new ExpiredTasks(link);
    this.#partitions = partitions;
  }

  /** Where a task is sent to. `key`: the tokens of plugin and resource, with a dot between. */
  subject(partition: number, kind: Kind, key: string): string {
    return this.#link.names.taskSubject(partition, kind, key);
  }

  /** Where an encoded batch of tasks is sent to. */
  laneSubject(partition: number, kind: Kind, plugin: string, lane: number, message: number): string {
    return this.#link.names.laneSubject(partition, kind, plugin, lane, message);
  }

  /** The way of each slot: sends an encoded task, or a batch. What is in its way and has expired is removed, for the next time.
   *  Never throws; `settle` is told once, maybe before this returns, and must not throw. */
  sendBytes(partition: number, subject: string, bytes: Uint8Array, settle: (answer: SendAnswer) => void): void {
    this.#link.publisher.send(subject, bytes, anySequence, (outcome) => {
      if (outcome instanceof OcelliError) settle("unanswered");
      else if (outcome.kind === "stored") settle("sent");
      else if (outcome.kind === "full") settle(this.#pending(partition, subject));
      else settle("unanswered");
    });
  }

  /** As `sendBytes`, of a task that is not encoded: "pending" where the pair's earlier task is still there; throws `unavailable` where the broker does not answer. */
  async send(task: Task, partition: number): Promise<"sent" | "pending"> {
    const subject = this.subject(partition, task.kind, pairOfKeys.encode([task.plugin, task.resource?.id ?? ""]));
    const outcome = await this.#link.publisher.publish(subject, taskCodec.encode(task));
    if (outcome.kind === "stored") return "sent";
    if (outcome.kind === "full") return this.#pending(partition, subject);
    throw new OcelliError(
      "unavailable",
      `task on ${subject} was not taken: ${"reason" in outcome ? outcome.reason : outcome.kind}`,
    );
  }

  /** Takes the tasks of one plugin from all partitions until `signal` aborts. Call `kick` when a place becomes free. */
  take(options: TakeOptions, signal: AbortSignal): { kick(): void } {
    const { pullers } = this.#link;
    const own: Puller[] = [];
    const partitions = this.#partitions;
    const share = (): number => {
      const together = tasksPerMessage(options.maxInFlight?.() ?? 1, partitions);
      return messagesFor(options.free(), together, partitions);
    };
    for (let partition = 0; partition < this.#partitions; partition += 1) {
      const puller = new Puller(this.#link, {
        stream: this.#link.names.tasks(partition),
        free: share,
        onMessage: (delivery) => this.#onMessage(delivery, partition, options),
        ensure: () => this.#ensure(options.plugin, partition),
      });
      own.push(puller);
      pullers.add(puller);
    }
    const close = (): void => {
      for (const puller of own) {
        puller.close();
        pullers.delete(puller);
      }
    };
    if (signal.aborted) close();
    else signal.addEventListener("abort", close, { once: true });
    return {
      kick: () => {
        for (const puller of own) puller.kick();
      },
    };
  }

  /** The pairs that have a task in the queue, taken or not, some at a time. Throws `unavailable` where the broker does not answer. */
  pendingPairs(partition: number): AsyncIterable<readonly PendingPair[]> {
    return pendingPairs(this.#link, partition);
  }

  /** Forgets the consumers and the pending tasks of a plugin that is gone. */
  async forget(plugin: string): Promise<void> {
    const { jsm, names } = this.#link;
    for (let partition = 0; partition < this.#partitions; partition += 1) {
      await jsm.consumers.delete(names.tasks(partition), consumerOf(plugin)).catch(notFoundIsFine);
      await jsm.streams.purge(names.tasks(partition), { filter: names.tasksOf(partition, plugin) });
    }
  }

  #pending(partition: number, subject: string): "pending" {
    this.#expired.inTheWay(this.#link.names.tasks(partition), subject);
    return "pending";
  }

  #onMessage(delivery: Delivery, partition: number, options: TakeOptions): void {
    const { storedAtMs } = delivery.info;
    this.#link.brokerClock.observe(storedAtMs);
    let tasks: readonly DeliveredTask[];
    try {
      tasks = deliveredTasks(delivery, partition, storedAtMs);
    } catch (error) {
      delivery.drop();
      options.onGarbage(delivery, messageOf(error));
      return;
    }
    for (const task of tasks) options.onTask(task);
  }

  async #ensure(plugin: string, partition: number): Promise<string> {
    const { jsm, names } = this.#link;
    const durable = consumerOf(plugin);
    await jsm.consumers.add(names.tasks(partition), {
      durable_name: durable,
      filter_subject: names.tasksOf(partition, plugin),
      ack_policy: AckPolicy.Explicit,
      deliver_policy: DeliverPolicy.All,
      ack_wait: ackWaitMs * nanosPerMs,
      max_ack_pending: maxAckPending,
      inactive_threshold: inactiveMs * nanosPerMs,
    });
    return durable;
  }
}

/** How many messages one of `partitions` may bring, where so many tasks fit in all. What does not fill a message waits, unless
 *  tasks come alone. */
function messagesFor(free: number, perMessage: number, partitions: number): number {
  if (free < perMessage) return 0;
  return perMessage === 1 ? Math.ceil(free / partitions) : Math.max(1, Math.floor(free / (perMessage * partitions)));
}

function consumerOf(plugin: string): string {
  return `agents-${toToken(plugin)}`;
}

function notFoundIsFine(error: unknown): void {
  if (!(error instanceof JetStreamApiError) || error.status !== 404) throw error;
}
