import { AckPolicy, DeliverPolicy, type JetStreamManager } from "@nats-io/jetstream";
import { createInbox, type Msg, type NatsConnection, nuid } from "@nats-io/transport-node";
import type { Clock } from "@ocelli/model";
import type { BrokerClock } from "./broker-clock.js";
import { AckSubject } from "./delivery.js";

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
const heartbeatMs = 2_000;
/** Without a word for this long the consumer counts as gone, in ms. */
const silentMaxMs = 5_000;
const lookEveryMs = 500;
/** The broker forgets a consumer without a listener after this long, in ms. */
const forgottenMs = 10_000;

/** Reads a bucket of history 1 through one ordered consumer that the broker pushes to and nobody acknowledges: the cheapest way
 *  there is, and everything it loses is noticed. Resolves with the reason as soon as it cannot vouch for having told everything:
 *  a gap in what was delivered, silence where heartbeats were due, a connection that broke. Then the bucket has to be read anew.
 *  Rejects where the consumer cannot be made. */
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
  const inbox = createInbox();
  const reading = new Reading(deps, bucket, watcher);
  const subscription = nc.subscribe(inbox, {
    callback: (error, msg) => (error ? reading.end(error.message) : reading.onMessage(msg)),
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
      deliver_subject: inbox,
      deliver_policy: DeliverPolicy.All,
      ack_policy: AckPolicy.None,
      max_deliver: 1,
      flow_control: true,
      idle_heartbeat: heartbeatMs * nanosPerMs,
      inactive_threshold: forgottenMs * nanosPerMs,
      mem_storage: true,
      num_replicas: 1,
    });
    const info = await Promise.race([made, reading.ended]);
    made.catch(() => undefined);
    if (typeof info === "string") return info;
    reading.begin(info.num_pending, clock.monotonicMs());
    return await reading.ended;
  } finally {
    clearInterval(looking);
    reconnects.delete(reconnected);
    signal.removeEventListener("abort", aborted);
    reading.end("stopped");
    subscription.unsubscribe();
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

  onMessage(msg: Msg): void {
    if (this.#isOver) return;
    this.#heard = true;
    const { reply } = msg;
    const place = reply ? AckSubject.read(reply) : undefined;
    if (place) this.#onEntry(msg, place);
    else this.#onStatus(msg);
  }

  #onEntry(msg: Msg, place: AckSubject): void {
    this.#received += 1;
    if (place.consumerSequence !== this.#received) {
      this.end(`entry ${this.#received} was lost on the way`);
      return;
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
  }

  #checkCaughtUp(nonePending: boolean): void {
    if (this.#caughtUp || !(nonePending || this.#received >= (this.#expected ?? Number.POSITIVE_INFINITY))) return;
    this.#caughtUp = true;
    this.#watcher.caughtUp();
  }

  /** A heartbeat says how much was delivered; whoever sends a request for flow control, or says that it is stalled by one, goes
   *  on once it is answered. */
  #onStatus(msg: Msg): void {
    const { headers, reply } = msg;
    const answerTo = reply || headers?.get("Nats-Consumer-Stalled");
    if (answerTo) this.#deps.nc.publish(answerTo);
    const delivered = headers?.get("Nats-Last-Consumer");
    if (delivered && Number(delivered) !== this.#received) this.end("entries were lost on the way");
    else if (headers && headers.code !== 100) this.end(headers.description);
  }
}

function isRemoval(msg: Msg): boolean {
  const operation = msg.headers?.get("KV-Operation");
  return operation === "DEL" || operation === "PURGE";
}
