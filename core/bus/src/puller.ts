import { createInbox, type Msg, type NatsConnection, type Subscription } from "@nats-io/transport-node";
import { type Clock, messageOf } from "@ocelli/model";
import { type Delivery, toDelivery } from "./delivery.js";
import type { BusLog } from "./ports.js";

export interface PullerOptions {
  readonly stream: string;
  /** How many more messages may be taken now. Asked again after each message and each `kick()`. */
  readonly free: () => number;
  readonly onMessage: (delivery: Delivery) => void;
  /** Creates the consumer, or finds it, and names it. Called at the start and whenever the broker does not know it. */
  readonly ensure: () => Promise<string>;
  /** Every message has to come, each once and in order: where one is missed, `ensure` is called to begin anew behind the last
   *  that came. */
  readonly ordered?: boolean;
}

interface Request {
  remaining: number;
  readonly deadlineMs: number;
}

const expiresMs = 10_000;
const slackMs = 2_000;
const retryMs = 1_000;

/** Pulls from a durable consumer with credit: never more messages on their way than there are free places, and no wait
 *  between a place becoming free and the next pull. Requests that the broker forgot are forgotten here as well. */
export class Puller {
  readonly #nc: NatsConnection;
  readonly #clock: Clock;
  readonly #log: BusLog;
  readonly #options: PullerOptions;
  readonly #inbox = createInbox();
  readonly #subscription: Subscription;
  readonly #requests = new Map<string, Request>();
  readonly #timer: NodeJS.Timeout;
  #consumer = "";
  #nextSequence = 1;
  #next = 1;
  #ready = false;
  #closed = false;

  constructor(nc: NatsConnection, clock: Clock, log: BusLog, options: PullerOptions) {
    this.#nc = nc;
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
    let onTheirWay = 0;
    for (const { remaining } of this.#requests.values()) onTheirWay += remaining;
    const batch = this.#options.free() - onTheirWay;
    // Small top-ups only when little is on its way: a pull per message would double the broker's work.
    if (batch <= 0 || (onTheirWay > 0 && batch < onTheirWay)) return;
    const id = `${this.#inbox}.${(this.#next++).toString(36)}`;
    this.#requests.set(id, { remaining: batch, deadlineMs: this.#clock.monotonicMs() + expiresMs + slackMs });
    this.#nc.publish(
      `$JS.API.CONSUMER.MSG.NEXT.${this.#options.stream}.${this.#consumer}`,
      JSON.stringify({ batch, expires: expiresMs * 1e6 }),
      { reply: id },
    );
  }

  /** The connection came back: what was asked for before is lost. */
  renew(): void {
    this.#requests.clear();
    if (!this.#ready) return;
    if (this.#options.ordered) this.#restart();
    else this.kick();
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
        this.#nextSequence = 1;
        this.#ready = true;
        this.#requests.clear();
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
    this.#requests.clear();
    void this.#start();
  }

  #onMessage(msg: Msg): void {
    const code = msg.headers?.code ?? 0;
    const delivery = toDelivery(this.#nc, msg);
    if (!delivery) {
      this.#onStatus(msg, code);
      return;
    }
    if (this.#closed) {
      delivery.retry(0);
      return;
    }
    if (this.#options.ordered && !this.#inOrder(delivery)) return;
    const [id, oldest] = this.#requests.entries().next().value ?? [];
    if (id !== undefined && oldest) {
      oldest.remaining -= 1;
      if (oldest.remaining <= 0) this.#requests.delete(id);
    }
    this.#options.onMessage(delivery);
    this.kick();
  }

  /** Whether this is the next of the consumer that is read now. A gap means that something was lost on the way. */
  #inOrder({ info }: Delivery): boolean {
    if (!this.#ready || info.consumer !== this.#consumer) return false;
    if (info.consumerSequence !== this.#nextSequence) {
      this.#restart();
      return false;
    }
    this.#nextSequence += 1;
    return true;
  }

  #onStatus(msg: Msg, code: number): void {
    if (code === 100) return; // idle heartbeat or flow control
    this.#requests.delete(msg.subject);
    const gone = code === 503 || /deleted|no responders/i.test(msg.headers?.description ?? "");
    if (!gone) this.kick();
    if (gone && this.#ready) this.#restart();
  }

  #sweep(): void {
    const nowMs = this.#clock.monotonicMs();
    for (const [id, { deadlineMs }] of this.#requests) if (deadlineMs < nowMs) this.#requests.delete(id);
    this.kick();
  }
}
