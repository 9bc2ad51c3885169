import { AckPolicy, DeliverPolicy, JetStreamApiError } from "@nats-io/jetstream";
import { taskCodec } from "@ocelli/codec";
import { messageOf, OcelliError, type Task, toToken } from "@ocelli/model";
import type { Delivery } from "./delivery.js";
import type { Link } from "./link.js";
import { Puller } from "./puller.js";

/** A task on its way to be claimed. Ack it once the claim is decided, one way or the other. */
export interface DeliveredTask {
  readonly task: Task;
  readonly partition: number;
  readonly delivery: Delivery;
}

export interface TakeOptions {
  readonly plugin: string;
  /** How many more tasks may be taken now. */
  readonly free: () => number;
  readonly onTask: (task: DeliveredTask) => void;
  /** Bytes that are no task. They are settled already. */
  readonly onGarbage: (delivery: Delivery, reason: string) => void;
}

const ackWaitMs = 30_000;
const inactiveMs = 3600_000;
const maxAckPending = 50_000;
const nanosPerMs = 1e6;

/** The work queue: at most one pending or running task per pair, kept by the broker. */
export class TaskQueue {
  readonly #link: Link;
  readonly #partitions: number;

  constructor(link: Link, partitions: number) {
    this.#link = link;
    this.#partitions = partitions;
  }

  /** "pending" where the pair's earlier task is still there; throws `unavailable` where the broker does not answer. */
  async send(task: Task, partition: number): Promise<"sent" | "pending"> {
    const { names, publisher } = this.#link;
    const subject = names.taskSubject(partition, task.kind, task.plugin, task.resource?.id ?? "");
    const outcome = await publisher.publish(subject, taskCodec.encode(task));
    if (outcome.kind === "stored") return "sent";
    if (outcome.kind === "full") return "pending";
    throw new OcelliError(
      "unavailable",
      `task on ${subject} was not taken: ${"reason" in outcome ? outcome.reason : outcome.kind}`,
    );
  }

  /** Takes the tasks of one plugin from all partitions until `signal` aborts. Call `kick` when a place becomes free. */
  take(options: TakeOptions, signal: AbortSignal): { kick(): void } {
    const { nc, clock, log, pullers } = this.#link;
    const own: Puller[] = [];
    const share = (): number => Math.ceil(Math.max(0, options.free()) / this.#partitions);
    for (let partition = 0; partition < this.#partitions; partition += 1) {
      const puller = new Puller(nc, clock, log, {
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

  /** Forgets the consumers and the pending tasks of a plugin that is gone. */
  async forget(plugin: string): Promise<void> {
    const { jsm, names } = this.#link;
    for (let partition = 0; partition < this.#partitions; partition += 1) {
      await jsm.consumers.delete(names.tasks(partition), consumerOf(plugin)).catch(notFoundIsFine);
      await jsm.streams.purge(names.tasks(partition), { filter: names.tasksOf(partition, plugin) });
    }
  }

  #onMessage(delivery: Delivery, partition: number, options: TakeOptions): void {
    this.#link.brokerClock.observe(delivery.info.storedAtMs);
    try {
      options.onTask({ task: taskCodec.decode(delivery.data), partition, delivery });
    } catch (error) {
      delivery.drop();
      options.onGarbage(delivery, messageOf(error));
    }
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

function consumerOf(plugin: string): string {
  return `agents-${toToken(plugin)}`;
}

function notFoundIsFine(error: unknown): void {
  if (!(error instanceof JetStreamApiError) || error.status !== 404) throw error;
}
