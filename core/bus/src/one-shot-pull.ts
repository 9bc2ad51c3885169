import { createInbox, type Msg, type NatsConnection, type Subscription } from "@nats-io/transport-node";
import type { Clock } from "@ocelli/model";

export interface OneShotOptions {
  readonly stream: string;
  /** How many messages may come now. Asked before each request. */
  readonly free: () => number;
  /** What lies between two requests at the least where the first one brought all there was, in ms. */
  readonly restMs: number;
  /** Says whether it was one of the consumer that is read, and not of one before. */
  readonly onMessage: (msg: Msg) => boolean;
  /** The broker says that it has delivered so many messages of the consumer. */
  readonly onDelivered: (count: number) => void;
  /** The broker does not know the consumer, or will not say more of it. */
  readonly onGone: (reason: string) => void;
}

export interface OneShotDeps {
  readonly nc: NatsConnection;
  readonly clock: Clock;
}

const nanosPerMs = 1e6;
const expiresMs = 10_000;
const heartbeatMs = 2_000;
const heartbeat = 100;
const slackMs = 2_000;
/** What may be on its way at once, unless one message is larger. */
const mostBytes = 8 * 1024 * 1024;

/** Pulls all that a consumer has with one request at a time: it waits for the first message, brings whatever is there, and is over.
 *  Who reads a busy stream rests in between, so that many messages come together, which costs the broker and the reader far less
 *  than each by itself; where messages are rare each comes at once. */
export class OneShotPull {
  readonly #nc: NatsConnection;
  readonly #clock: Clock;
  readonly #options: OneShotOptions;
  readonly #inbox = createInbox();
  readonly #subscription: Subscription;
  readonly #closed = new AbortController();
  #consumer = "";
  #requests = 0;
  /** What the open request may still bring; 0 where there is none. */
  #left = 0;
  #askedAtMs = Number.NEGATIVE_INFINITY;
  #resting = false;

  constructor({ nc, clock }: OneShotDeps, options: OneShotOptions) {
    this.#nc = nc;
    this.#clock = clock;
    this.#options = options;
    this.#subscription = nc.subscribe(`${this.#inbox}.*`, {
      callback: (error, msg) => {
        if (error) options.onGone(error.message);
        else if (msg.reply) this.#onMessage(msg);
        else this.#onStatus(msg);
      },
    });
  }

  /** Reads this consumer from now on, whatever was asked for before. */
  begin(consumer: string): void {
    this.#consumer = consumer;
    this.#requests += 1;
    this.#left = 0;
    this.#askedAtMs = Number.NEGATIVE_INFINITY;
    this.ask();
  }

  /** Nothing is asked for until it begins anew. */
  pause(): void {
    this.#consumer = "";
  }

  /** Asks unless a request is open that the broker may still know, or it is not time yet. */
  ask(): void {
    if (this.#resting || !this.#consumer || this.#nc.isClosed() || this.#nc.isDraining()) return;
    const nowMs = this.#clock.monotonicMs();
    if (this.#left > 0 && nowMs < this.#askedAtMs + expiresMs + slackMs) return;
    const leftMs = this.#askedAtMs + this.#options.restMs - nowMs;
    if (leftMs > 0) {
      void this.#rest(leftMs);
      return;
    }
    const batch = this.#options.free();
    if (batch <= 0) return;
    this.#requests += 1;
    this.#left = batch;
    this.#askedAtMs = nowMs;
    const request = {
      batch,
      no_wait: true,
      expires: expiresMs * nanosPerMs,
      idle_heartbeat: heartbeatMs * nanosPerMs,
      max_bytes: Math.max(mostBytes, 2 * (this.#nc.info?.max_payload ?? 0)),
    };
    const subject = `$JS.API.CONSUMER.MSG.NEXT.${this.#options.stream}.${this.#consumer}`;
    this.#nc.publish(subject, JSON.stringify(request), { reply: this.#reply() });
  }

  close(): void {
    this.#consumer = "";
    this.#closed.abort();
    this.#subscription.unsubscribe();
  }

  #reply(): string {
    return `${this.#inbox}.${this.#requests.toString(36)}`;
  }

  #onMessage(msg: Msg): void {
    if (!this.#options.onMessage(msg) || this.#left === 0) return;
    this.#left -= 1;
    if (this.#left > 0) return;
    // There may be more.
    this.#askedAtMs = Number.NEGATIVE_INFINITY;
    this.ask();
  }

  #onStatus(msg: Msg): void {
    // Of a request before, maybe to a consumer before.
    if (msg.subject !== this.#reply()) return;
    const { code = 0, description = "" } = msg.headers ?? {};
    const delivered = msg.headers?.get("Nats-Last-Consumer");
    if (code !== heartbeat) this.#left = 0;
    if (delivered) this.#options.onDelivered(Number(delivered));
    if (code !== heartbeat && !endsRequest(code, description)) this.#options.onGone(description || `status ${code}`);
    this.ask();
  }

  async #rest(ms: number): Promise<void> {
    this.#resting = true;
    await this.#clock.sleep(ms, this.#closed.signal);
    this.#resting = false;
    this.ask();
  }
}

/** Whether a status says that a request is over, and nothing of the consumer. */
function endsRequest(code: number, description: string): boolean {
  return code === 404 || code === 408 || (code === 409 && /MaxBytes|Batch Completed/i.test(description));
}
