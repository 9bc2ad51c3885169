import { AckPolicy, DeliverPolicy, type JetStreamManager } from "@nats-io/jetstream";
import { type Msg, type NatsConnection, nuid } from "@nats-io/transport-node";
import type { Clock } from "@ocelli/model";
import type { BrokerClock } from "./broker-clock.js";
import { AckSubject } from "./delivery.js";
import { OneShotPull } from "./one-shot-pull.js";

/** Told of the entries of a bucket as they are stored: first all there are, then every change, in the order of the stream. */
export interface RawWatcher {
  /** `value` may be a view of a much larger buffer, and holds during the call. */
  put(key: string, value: Uint8Array, revision: number, storedAtMs: number): void;
  gone(key: string, revision: number, storedAtMs: number): void;
  /** Everything there was has been told. */
  caughtUp(): void;
}

export interface ReaderDeps {
  readonly nc: NatsConnection;
  readonly jsm: JetStreamManager;
  readonly brokerClock: BrokerClock;
  readonly clock: Clock;
  /** Told when the connection is back. */
  readonly reconnects: Set<() => void>;
}

const nanosPerMs = 1e6;
/** What may be told at once before the broker is asked for more. */
const atOnce = 5_000;
/** How late changes may be told where there are many, in ms: as much as slots wait to be sent together. */
const restMs = 25;
/** Without a word for this long the consumer counts as gone, in ms. */
const silentMaxMs = 5_000;
const lookEveryMs = 500;
/** The broker forgets a consumer without a listener after this long, in ms. */
const forgottenMs = 10_000;

/** Reads a bucket of history 1 through one ordered consumer that nobody acknowledges: the cheapest way there is, and everything it
 *  loses is noticed. Resolves with the reason as soon as it cannot vouch for having told everything: a gap in what was delivered,
 *  silence where heartbeats were due, a connection that broke. Then the bucket has to be read anew. Rejects where the consumer
 *  cannot be made. */
export async function readBucket(
  deps: ReaderDeps,
  bucket: string,
  watcher: RawWatcher,
  signal: AbortSignal,
): Promise<string> {
  const { nc, jsm, clock, reconnects } = deps;
  const stream = `KV_${bucket}`;
  // Short, because every entry brings it along.
  const name = `w-${nuid.next().slice(-8)}`;
  const reading = new Reading(deps, bucket, watcher);
  const pull = new OneShotPull(deps, {
    ...{ stream, restMs, free: () => atOnce },
    onMessage: (msg) => reading.onMessage(msg),
    onDelivered: (count) => reading.onDelivered(count),
    onGone: (reason) => reading.end(reason),
  });
  const aborted = (): void => reading.end("stopped");
  const reconnected = (): void => reading.end("the connection was lost");
  signal.addEventListener("abort", aborted, { once: true });
  reconnects.add(reconnected);
  const looking = setInterval(() => reading.look(clock.monotonicMs()), lookEveryMs);
  try {
    if (signal.aborted) return "stopped";
    const made = jsm.consumers.add(stream, {
      name,
      deliver_policy: DeliverPolicy.All,
      ack_policy: AckPolicy.None,
      max_deliver: 1,
      inactive_threshold: forgottenMs * nanosPerMs,
      mem_storage: true,
      num_replicas: 1,
    });
    const info = await Promise.race([made, reading.ended]);
    made.catch(() => undefined);
    if (typeof info === "string") return info;
    reading.begin(info.num_pending, clock.monotonicMs());
    pull.begin(name);
    return await reading.ended;
  } finally {
    clearInterval(looking);
    reconnects.delete(reconnected);
    signal.removeEventListener("abort", aborted);
    reading.end("stopped");
    pull.close();
    if (!nc.isClosed()) void jsm.consumers.delete(stream, name).catch(() => undefined);
  }
}

/** What one consumer delivered so far. */
class Reading {
  readonly ended: Promise<string>;
  readonly #deps: ReaderDeps;
  readonly #keyFrom: number;
  readonly #watcher: RawWatcher;
  #resolve: (reason: string) => void = () => {};
  #isOver = false;
  #received = 0;
  #expected: number | undefined;
  #caughtUp = false;
  #heard = false;
  #heardAtMs: number | undefined;
  #stampMs = 0;

  constructor(deps: ReaderDeps, bucket: string, watcher: RawWatcher) {
    this.#deps = deps;
    this.#keyFrom = `$KV.${bucket}.`.length;
    this.#watcher = watcher;
    this.ended = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  /** The consumer is there; `expected` entries were waiting for it. */
  begin(expected: number, nowMs: number): void {
    this.#expected = expected;
    this.#heardAtMs = nowMs;
    this.#checkCaughtUp(expected === 0);
  }

  end(reason: string): void {
    this.#isOver = true;
    this.#resolve(reason);
  }

  /** Ends it if nothing was heard for too long. */
  look(nowMs: number): void {
    if (this.#heard) this.#heardAtMs = nowMs;
    this.#heard = false;
    if (this.#heardAtMs !== undefined && nowMs - this.#heardAtMs > silentMaxMs) this.end("the broker is silent");
  }

  onMessage(msg: Msg): boolean {
    if (this.#isOver) return false;
    this.#heard = true;
    const place = AckSubject.read(msg.reply ?? "");
    if (!place) return false;
    this.#received += 1;
    if (place.consumerSequence !== this.#received) {
      this.end(`entry ${this.#received} was lost on the way`);
      return true;
    }
    const { storedAtMs } = place;
    if (storedAtMs !== this.#stampMs) this.#deps.brokerClock.observe(storedAtMs);
    this.#stampMs = storedAtMs;
    const key = msg.subject.slice(this.#keyFrom);
    const { data } = msg;
    // Headers are dear to read, and removals have no payload.
    if (data.length === 0 && isRemoval(msg)) this.#watcher.gone(key, place.streamSequence, storedAtMs);
    else this.#watcher.put(key, data, place.streamSequence, storedAtMs);
    if (!this.#caughtUp) this.#checkCaughtUp(place.pending === 0);
    return true;
  }

  #checkCaughtUp(nonePending: boolean): void {
    if (this.#caughtUp || !(nonePending || this.#received >= (this.#expected ?? Number.POSITIVE_INFINITY))) return;
    this.#caughtUp = true;
    this.#watcher.caughtUp();
  }

  onDelivered(count: number): void {
    this.#heard = true;
    if (count !== this.#received) this.end("entries were lost on the way");
  }
}

function isRemoval(msg: Msg): boolean {
  const operation = msg.headers?.get("KV-Operation");
  return operation === "DEL" || operation === "PURGE";
}
