import { AckPolicy, DeliverPolicy } from "@nats-io/jetstream";
import { nuid } from "@nats-io/transport-node";
import { type ResultHead, readResultHead, resultCodec } from "@ocelli/codec";
import { type Kind, messageOf, type Result, toToken } from "@ocelli/model";
import type { Delivery } from "./delivery.js";
import type { Link } from "./link.js";
import { OrderedPuller } from "./ordered-puller.js";
import { Puller, type Pulling } from "./puller.js";

/** A result as it came. */
export class DeliveredResult {
  readonly delivery: Delivery;
  readonly bytes: Uint8Array;
  /** What tells whether it is news. */
  readonly head: ResultHead;
  #result: Result | undefined;

  /** Throws RangeError on bytes that are no result. */
  constructor(delivery: Delivery) {
    this.delivery = delivery;
    this.bytes = delivery.data;
    this.head = readResultHead(this.bytes);
  }

  /** The place in the stream: grows, with gaps. */
  get position(): number {
    return this.delivery.info.streamSequence;
  }

  /** Decoded when it is first asked for. Throws where a group or set is none. */
  get result(): Result {
    this.#result ??= resultCodec.decode(this.bytes);
    return this.#result;
  }
}

interface ReadOptions {
  readonly free: () => number;
  readonly onResult: (result: DeliveredResult) => void;
  /** Bytes that are no result. They do not come again. */
  readonly onGarbage: (delivery: Delivery, reason: string) => void;
}

export interface ConsumeOptions extends ReadOptions {
  /** Names the durable consumer: all who use the name share the work, each result is settled by itself. */
  readonly consumer: string;
  readonly kind: Kind;
}

export interface FollowOptions extends ReadOptions {
  /** The place behind which to begin; 0 for the oldest that is kept. */
  readonly behind: number;
  /** Results that were not read before their time was over: places from `from` to `to`. */
  readonly onExpired: (from: number, to: number) => void;
}

const ackWaitMs = 60_000;
const inactiveMs = 7 * 24 * 3600 * 1000;
const forgottenMs = 60_000;
const nanosPerMs = 1e6;

/** Reads what runs found: shared by those of one name, or in order and alone. */
export class ResultReader {
  readonly #link: Link;

  constructor(link: Link) {
    this.#link = link;
  }

  /** Delivers the results of one kind from where the consumer stopped, until `signal` aborts. */
  consume(options: ConsumeOptions, signal: AbortSignal): { kick(): void } {
    const read = (delivery: Delivery): DeliveredResult => {
      const delivered = new DeliveredResult(delivery);
      void delivered.result; // the whole of it has to be a result
      return delivered;
    };
    const onMessage = this.#reading(options, read);
    const ensure = (): Promise<string> => this.#ensureDurable(options);
    const puller = new Puller(this.#link, { stream: this.#link.names.results, free: options.free, onMessage, ensure });
    return this.#until(signal, puller);
  }

  /** Delivers every result behind a place, in order and without a gap, until `signal` aborts. Whatever is lost on the way makes
   *  it begin anew behind the last that came. The place is the caller's to keep. Groups and sets are not looked at. */
  follow(options: FollowOptions, signal: AbortSignal): { kick(): void } {
    let behind = options.behind;
    const onResult = (delivered: DeliveredResult): void => {
      behind = delivered.position;
      options.onResult(delivered);
    };
    const onGarbage = (delivery: Delivery, reason: string): void => {
      behind = delivery.info.streamSequence;
      options.onGarbage(delivery, reason);
    };
    const ensure = async (): Promise<string> => {
      const first = await this.#firstKept();
      if (behind > 0 && first > behind + 1) options.onExpired(behind + 1, first - 1);
      behind = Math.max(behind, first - 1);
      return await this.#ensureOrdered(behind + 1);
    };
    const onMessage = this.#reading({ ...options, onResult, onGarbage }, (delivery) => new DeliveredResult(delivery));
    const stream = this.#link.names.results;
    const puller = new OrderedPuller(this.#link, { stream, free: options.free, onMessage, ensure });
    return this.#until(signal, puller);
  }

  #reading(
    { onResult, onGarbage }: ReadOptions,
    read: (delivery: Delivery) => DeliveredResult,
  ): (delivery: Delivery) => void {
    const { brokerClock } = this.#link;
    return (delivery) => {
      brokerClock.observe(delivery.info.storedAtMs);
      let delivered: DeliveredResult;
      try {
        delivered = read(delivery);
      } catch (error) {
        delivery.drop();
        onGarbage(delivery, messageOf(error));
        return;
      }
      onResult(delivered);
    };
  }

  #until<P extends Pulling>(signal: AbortSignal, puller: P): P {
    const { pullers } = this.#link;
    pullers.add(puller);
    const close = (): void => {
      puller.close();
      pullers.delete(puller);
    };
    if (signal.aborted) close();
    else signal.addEventListener("abort", close, { once: true });
    return puller;
  }

  async #ensureDurable({ consumer, kind }: ConsumeOptions): Promise<string> {
    const { jsm, names } = this.#link;
    const durable = toToken(consumer);
    await jsm.consumers.add(names.results, {
      durable_name: durable,
      filter_subject: names.resultsOf(kind),
      ack_policy: AckPolicy.Explicit,
      deliver_policy: DeliverPolicy.All,
      ack_wait: ackWaitMs * nanosPerMs,
      max_ack_pending: 20_000,
      inactive_threshold: inactiveMs * nanosPerMs,
    });
    return durable;
  }

  async #firstKept(): Promise<number> {
    const { jsm, names } = this.#link;
    const { state } = await jsm.streams.info(names.results);
    return Math.max(1, state.first_seq);
  }

  /** A consumer of this reader alone: nothing is acknowledged, so that nothing of an earlier one can disturb it. */
  async #ensureOrdered(from: number): Promise<string> {
    const { jsm, names } = this.#link;
    const { name } = await jsm.consumers.add(names.results, {
      name: `follow-${nuid.next()}`,
      ack_policy: AckPolicy.None,
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: from,
      num_replicas: 1,
      inactive_threshold: forgottenMs * nanosPerMs,
    });
    return name;
  }
}
