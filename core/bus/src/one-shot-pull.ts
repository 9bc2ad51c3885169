import { createInbox, type Msg, type NatsConnection, type Subscription } from "@nats-io/transport-node";
import type { Clock } from "@ocelli/model";

export interface OneShotOptions {
  readonly stream: string;
  /** How many messages may come now. Asked before each request. */
  readonly free: () => number;
  /** What lies between two requests at the least where the first one brought all there was, in ms. */
  readonly restMs: number;
  readonly onMessage: (msg: Msg) => void;
  /** A word of the broker that is no message, with its code, such as 100 for a heartbeat. */
  readonly onStatus: (msg: Msg, code: number) => void;
}

export interface OneShotDeps {
  readonly nc: NatsConnection;
  readonly clock: Clock;
}

const nanosPerMs = 1e6;
const expiresMs = 10_000;
const heartbeatMs = 2_000;
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
      callback: (_, msg) => (msg.reply ? this.#onMessage(msg) : this.#onStatus(msg)),
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
    if (this.#resting || !this.#consumer || this.#nc.isClosed()) return;
    const nowMs = this.#clock.monotonicMs();
    if (this.#left > 0 && nowMs < this.#askedAtMs + expiresMs + slackMs) return;
    const restMs = this.#askedAtMs + this.#options.restMs - nowMs;
    if (restMs > 0) {
      void this.#rest(restMs);
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
    this.#options.onMessage(msg);
    if (this.#left === 0) return;
    this.#left -= 1;
    if (this.#left > 0) return;
    // There may be more.
    this.#askedAtMs = Number.NEGATIVE_INFINITY;
    this.ask();
  }

  #onStatus(msg: Msg): void {
    const code = msg.headers?.code ?? 0;
    if (code !== 100 && msg.subject === this.#reply()) this.#left = 0;
    this.#options.onStatus(msg, code);
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
export function endsRequest(code: number, description: string): boolean {
  return code === 404 || code === 408 || (code === 409 && /MaxBytes|Batch Completed/i.test(description));
}
