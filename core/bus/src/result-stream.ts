import { AckPolicy, type ConsumerInfo, DeliverPolicy, JetStreamApiError } from "@nats-io/jetstream";
import { resultCodec } from "@ocelli/codec";
import { type Kind, messageOf, OcelliError, type Result, toToken } from "@ocelli/model";
import type { Delivery } from "./delivery.js";
import type { Link } from "./link.js";
import { Puller } from "./puller.js";

export interface DeliveredResult {
  readonly result: Result;
  /** The place in the stream: grows, with gaps. */
  readonly position: number;
  readonly delivery: Delivery;
}

export interface ConsumeOptions {
  /** Names the durable position: each consumer gets everything from where it stopped. */
  readonly consumer: string;
  /** Undefined: every kind. */
  readonly kind: Kind | undefined;
  /** "each": every message is settled by itself. "all": an ack settles it and everything before it. */
  readonly ack: "each" | "all";
  readonly free: () => number;
  readonly onResult: (result: DeliveredResult) => void;
  /** Bytes that are no result. They are settled already. */
  readonly onGarbage: (delivery: Delivery, reason: string) => void;
}

const ackWaitMs = 60_000;
const inactiveMs = 7 * 24 * 3600 * 1000;
const nanosPerMs = 1e6;
const retryMs = 250;

/** What runs found: published once, read by any number of durable consumers. */
export class ResultStream {
  readonly #link: Link;

  constructor(link: Link) {
    this.#link = link;
  }

  /** Stores a result, however long the broker is away. An unanswered publish is looked up before it is repeated, so that a
   *  result is stored once. Only an aborted `signal` ends it early, with `cancelled`; `stale` means that a newer run of the
   *  pair published meanwhile. */
  async publish(result: Result, signal: AbortSignal): Promise<"stored" | "stale"> {
    const { names, publisher, clock } = this.#link;
    const subject = names.resultSubject(result.kind, result.plugin, result.resource?.id ?? "");
    const bytes = resultCodec.encode(result);
    while (!signal.aborted) {
      const outcome = await publisher.publish(subject, bytes).catch((error: unknown) => {
        return { kind: "unanswered", reason: messageOf(error) } as const;
      });
      if (outcome.kind === "stored") return "stored";
      await clock.sleep(retryMs, signal);
      await this.#link.connected(signal);
      const newest = await this.#newest(subject, signal);
      if (newest && newest.fence > result.fence) return "stale";
      if (newest && newest.fence === result.fence && newest.part >= result.part) return "stored";
    }
    throw new OcelliError("cancelled", `result of ${result.plugin} was not stored`);
  }

  /** The newest result on a subject, asked until the broker answers. */
  async #newest(subject: string, signal: AbortSignal): Promise<Result | undefined> {
    const { jsm, names, clock } = this.#link;
    while (!signal.aborted) {
      try {
        const found = await jsm.streams.getMessage(names.results, { last_by_subj: subject });
        return found ? resultCodec.decode(found.data) : undefined;
      } catch {
        await clock.sleep(retryMs, signal);
      }
    }
    return undefined;
  }

  /** Delivers results from where the consumer stopped, until `signal` aborts. A new consumer begins with the oldest kept. */
  consume(options: ConsumeOptions, signal: AbortSignal): { kick(): void } {
    const { nc, clock, log, names, pullers } = this.#link;
    const puller = new Puller(nc, clock, log, {
      stream: names.results,
      consumer: toToken(options.consumer),
      free: options.free,
      onMessage: (delivery) => this.#onMessage(delivery, options),
      ensure: () => this.#ensure(options),
    });
    pullers.add(puller);
    const close = (): void => {
      puller.close();
      pullers.delete(puller);
    };
    if (signal.aborted) close();
    else signal.addEventListener("abort", close, { once: true });
    return puller;
  }

  #onMessage(delivery: Delivery, options: ConsumeOptions): void {
    this.#link.brokerClock.observe(delivery.info.storedAtMs);
    try {
      const result = resultCodec.decode(delivery.data);
      options.onResult({ result, position: delivery.info.streamSequence, delivery });
    } catch (error) {
      if (options.ack === "each") delivery.drop();
      options.onGarbage(delivery, messageOf(error));
    }
  }

  async #ensure(options: ConsumeOptions): Promise<void> {
    const { jsm, names } = this.#link;
    const durable = toToken(options.consumer);
    const start = options.ack === "all" ? await this.#rewound(durable) : { deliver_policy: DeliverPolicy.All };
    await jsm.consumers.add(names.results, {
      ...start,
      durable_name: durable,
      filter_subject: names.resultsOf(options.kind),
      ack_policy: options.ack === "all" ? AckPolicy.All : AckPolicy.Explicit,
      ack_wait: ackWaitMs * nanosPerMs,
      max_ack_pending: 20_000,
      inactive_threshold: inactiveMs * nanosPerMs,
    });
  }

  /** Where an ordered consumer goes on. What another reader took and never settled would come again only after newer ones,
   *  out of order: such a consumer is made anew, from the first message that is not settled. */
  async #rewound(durable: string) {
    const { jsm, names } = this.#link;
    const info = await jsm.consumers.info(names.results, durable).catch((error: unknown) => {
      if (error instanceof JetStreamApiError && error.status === 404) return undefined;
      throw error;
    });
    if (!info) return { deliver_policy: DeliverPolicy.All };
    if (info.num_ack_pending === 0 && info.num_redelivered === 0) return startOf(info);
    await jsm.consumers.delete(names.results, durable);
    return { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: info.ack_floor.stream_seq + 1 };
  }
}

/** A consumer's start cannot change while it is there: it is asked for as it was. */
function startOf({ config }: ConsumerInfo) {
  const { deliver_policy, opt_start_seq } = config;
  return opt_start_seq === undefined ? { deliver_policy } : { deliver_policy, opt_start_seq };
}
