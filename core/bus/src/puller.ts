import { createInbox, type Msg, type NatsConnection, type Subscription } from "@nats-io/transport-node";
import { type Clock, messageOf } from "@ocelli/model";
import { type Delivery, toDelivery } from "./delivery.js";
import type { Frames } from "./frames.js";
import type { BusLog } from "./ports.js";

/** What must ask anew once the connection is back. */
export interface Pulling {
  /** The connection came back: what was asked for before is lost. */
  renew(): void;
  close(): void;
}

export interface PullerOptions {
  readonly stream: string;
  /** How many more messages may be taken now. Asked again after each message and each `kick()`. */
  readonly free: () => number;
  readonly onMessage: (delivery: Delivery) => void;
  /** Creates the consumer, or finds it, and names it. Called at the start and whenever the broker does not know it. */
  readonly ensure: () => Promise<string>;
}

export interface PullerDeps {
  readonly nc: NatsConnection;
  readonly frames: Frames;
  readonly clock: Clock;
  readonly log: BusLog;
}

interface Request {
  readonly id: string;
  remaining: number;
  readonly deadlineMs: number;
}

const expiresMs = 10_000;
const slackMs = 2_000;
const retryMs = 1_000;

/** Pulls from a durable consumer with credit: never more messages on their way than there are free places, and no wait
 *  between a place becoming free and the next pull. Requests that the broker forgot are forgotten here as well. */
export class Puller implements Pulling {
  readonly #nc: NatsConnection;
  readonly #frames: Frames;
  readonly #clock: Clock;
  readonly #log: BusLog;
  readonly #options: PullerOptions;
  readonly #inbox = createInbox();
  readonly #subscription: Subscription;
  /** Oldest first. */
  #requests: Request[] = [];
  /** The sum of what remains of them. */
  #onTheirWay = 0;
  readonly #timer: NodeJS.Timeout;
  #consumer = "";
  #next = 1;
  #ready = false;
  #closed = false;

  constructor({ nc, frames, clock, log }: PullerDeps, options: PullerOptions) {
    this.#nc = nc;
    this.#frames = frames;
    this.#clock = clock;
    this.#log = log;
    this.#options = options;
    this.#subscription = nc.subscribe(`${this.#inbox}.*`, { callback: (_, msg) => this.#onMessage(msg) });
    this.#timer = setInterval(() => this.#sweep(), 1_000);
    this.#timer.unref();
    void this.#start();
  }

  /** A place became free. */
  kick(): void {
    if (!this.#ready || this.#closed || this.#nc.isClosed()) return;
    const onTheirWay = this.#onTheirWay;
    const batch = this.#options.free() - onTheirWay;
    // Small top-ups only when little is on its way: a pull per message would double the broker's work.
    if (batch <= 0 || (onTheirWay > 0 && batch < onTheirWay)) return;
    const id = `${this.#inbox}.${(this.#next++).toString(36)}`;
    this.#requests.push({ id, remaining: batch, deadlineMs: this.#clock.monotonicMs() + expiresMs + slackMs });
    this.#onTheirWay += batch;
    this.#nc.publish(
      `$JS.API.CONSUMER.MSG.NEXT.${this.#options.stream}.${this.#consumer}`,
      JSON.stringify({ batch, expires: expiresMs * 1e6 }),
      { reply: id },
    );
  }

  renew(): void {
    this.#forget(() => true);
    if (this.#ready) this.kick();
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
    this.#subscription.unsubscribe();
  }

  async #start(): Promise<void> {
    while (!this.#closed) {
      try {
        this.#consumer = await this.#options.ensure();
        this.#ready = true;
        this.#forget(() => true);
        return this.kick();
      } catch (error) {
        const fields = { stream: this.#options.stream, reason: messageOf(error) };
        this.#log.debug(fields, "consumer is not there yet");
        await this.#clock.sleep(retryMs);
      }
    }
  }

  #restart(): void {
    this.#ready = false;
    this.#forget(() => true);
    void this.#start();
  }

  #onMessage(msg: Msg): void {
    const delivery = toDelivery(this.#frames, msg);
    if (!delivery) {
      this.#onStatus(msg, msg.headers?.code ?? 0);
      return;
    }
    if (this.#closed) {
      delivery.retry(0);
      return;
    }
    const [oldest] = this.#requests;
    if (oldest) {
      this.#onTheirWay -= 1;
      oldest.remaining -= 1;
      if (oldest.remaining <= 0) this.#requests.shift();
    }
    this.#options.onMessage(delivery);
    this.kick();
  }

  #onStatus(msg: Msg, code: number): void {
    if (code === 100) return; // idle heartbeat or flow control
    const { subject } = msg;
    this.#forget(({ id }) => id === subject);
    const gone = code === 503 || /deleted|no responders/i.test(msg.headers?.description ?? "");
    if (!gone) this.kick();
    if (gone && this.#ready) this.#restart();
  }

  #sweep(): void {
    const nowMs = this.#clock.monotonicMs();
    this.#forget(({ deadlineMs }) => deadlineMs < nowMs);
    this.kick();
  }

  #forget(which: (request: Request) => boolean): void {
    this.#requests = this.#requests.filter((request) => !which(request));
    this.#onTheirWay = this.#requests.reduce((sum, { remaining }) => sum + remaining, 0);
  }
}
