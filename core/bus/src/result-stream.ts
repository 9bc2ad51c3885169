import { AckPolicy, DeliverPolicy } from "@nats-io/jetstream";
import { nuid } from "@nats-io/transport-node";
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
const retryMs = 250;

/** What runs found: published once, read by any number of readers. */
export class ResultStream {
  readonly #link: Link;

  constructor(link: Link) {
    this.#link = link;
  }

  /** Stores a result, however long the broker is away. An unanswered publish is looked up before it is repeated, so that a
   *  result is stored once. Throws `exhausted` where it is larger than the broker takes, and `cancelled` where `signal` ended
   *  the waiting; `stale` means that a newer run of the pair published meanwhile. */
  async publish(result: Result, signal: AbortSignal): Promise<"stored" | "stale"> {
    const { names, publisher, clock, maxPayloadBytes } = this.#link;
    const subject = names.resultSubject(result.kind, result.plugin, result.resource?.id ?? "");
    const bytes = resultCodec.encode(result);
    if (bytes.length > maxPayloadBytes) {
      throw new OcelliError(
        "exhausted",
        `a result has ${bytes.length} bytes in one piece; the broker takes ${maxPayloadBytes}`,
      );
    }
    while (!signal.aborted) {
      const outcome = await publisher.publish(subject, bytes).catch((error: unknown) => {
        return { kind: "unanswered", reason: messageOf(error) } as const;
      });
      if (outcome.kind === "stored") return "stored";
      await clock.sleep(retryMs, signal);
      await this.#link.connected(signal);
      const newest = await this.#newest(subject, signal);
      // After a move to another endpoint fences count anew: only those of one endpoint can be compared.
      if (!newest || newest.resource?.endpoint !== result.resource?.endpoint) continue;
      if (newest.fence > result.fence) return "stale";
      if (newest.fence === result.fence && newest.part >= result.part) return "stored";
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

  /** Delivers the results of one kind from where the consumer stopped, until `signal` aborts. */
  consume(options: ConsumeOptions, signal: AbortSignal): { kick(): void } {
    return this.#pull(options, false, () => this.#ensureDurable(options), signal);
  }

  /** Delivers every result behind a place, in order and without a gap, until `signal` aborts. Whatever is lost on the way makes
   *  it begin anew behind the last that came. The place is the caller's to keep. */
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
    return this.#pull({ ...options, onResult, onGarbage }, true, ensure, signal);
  }

  #pull(options: ReadOptions, ordered: boolean, ensure: () => Promise<string>, signal: AbortSignal): { kick(): void } {
    const { nc, clock, log, names, pullers, brokerClock } = this.#link;
    const onMessage = (delivery: Delivery): void => {
      brokerClock.observe(delivery.info.storedAtMs);
      let result: Result;
      try {
        result = resultCodec.decode(delivery.data);
      } catch (error) {
        delivery.drop();
        options.onGarbage(delivery, messageOf(error));
        return;
      }
      options.onResult({ result, position: delivery.info.streamSequence, delivery });
    };
    const puller = new Puller(nc, clock, log, {
      stream: names.results,
      free: options.free,
      onMessage,
      ensure,
      ordered,
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
