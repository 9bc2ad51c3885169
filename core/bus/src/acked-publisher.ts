import { createInbox, headers, type Msg, type NatsConnection, type Subscription } from "@nats-io/transport-node";
import { type Clock, messageOf, OcelliError } from "@ocelli/model";
import { outcomeOf } from "./ack-answer.js";
import type { Frames } from "./frames.js";
import type { PublishOutcome, Settle } from "./publish-outcome.js";
import { WaitingAcks } from "./waiting-acks.js";

export interface PublishOptions {
  /** Store only if this is the sequence of the newest message of the subject; 0: if there is none. */
  readonly expectedSequence?: number;
  /** KV operation header of a delete marker. */
  readonly kvOperation?: "DEL";
}

/** For `send`: whatever the newest message of the subject is. */
export const anySequence = -1;

const timeoutMs = 5_000;
const sweepEveryMs = 250;
const notConnected = { kind: "unanswered", reason: "not connected" } as const;
const tooLate = { kind: "unanswered", reason: `no ack within ${timeoutMs} ms` } as const;

/** Publishes into streams and reads the acks from one inbox: no timer, subscription, promise or object per message.
 *  While the connection is down nothing is sent, so that no claim can arrive long after it was given up. */
export class AckedPublisher {
  readonly #nc: NatsConnection;
  readonly #frames: Frames;
  readonly #clock: Pick<Clock, "monotonicMs">;
  readonly #replyPrefix: string;
  readonly #subscription: Subscription;
  readonly #waiting = new WaitingAcks<Settle>();
  readonly #sweep: NodeJS.Timeout;
  readonly #connected: () => boolean;
  /** What the next id was at each sweep: whoever has a lower one was sent before. */
  #sweeps: { readonly atMs: number; readonly next: number }[] = [];

  constructor(nc: NatsConnection, frames: Frames, clock: Pick<Clock, "monotonicMs">, connected: () => boolean) {
    this.#nc = nc;
    this.#frames = frames;
    this.#clock = clock;
    this.#connected = connected;
    this.#replyPrefix = `${createInbox()}.`;
    this.#subscription = nc.subscribe(`${this.#replyPrefix}*`, { callback: (_, msg) => this.#onAck(msg) });
    this.#sweep = setInterval(() => this.#expire(), sweepEveryMs);
    this.#sweep.unref();
  }

  /** Publishes; `settle` is told once, maybe before `send` returns. `expectedSequence`: store only if it is that of the newest
   *  message of the subject, 0 for none; or `anySequence`. */
  send(subject: string, payload: Uint8Array, expectedSequence: number, settle: Settle): void {
    if (!this.#connected()) {
      settle(notConnected);
      return;
    }
    const id = this.#waiting.add(settle);
    try {
      this.#frames.publish(subject, payload, this.#replyPrefix + id, expectedSequence);
    } catch (error) {
      this.#failed(id, subject, error);
    }
  }

  /** Throws OcelliError where the broker refuses for a reason that is not the caller's to expect. */
  publish(subject: string, payload: Uint8Array, options: PublishOptions = {}): Promise<PublishOutcome> {
    return new Promise((resolve, reject) => {
      const settle: Settle = (outcome) => (outcome instanceof OcelliError ? reject(outcome) : resolve(outcome));
      if (options.kvOperation) this.#sendMarker(subject, payload, options, settle);
      else this.send(subject, payload, options.expectedSequence ?? anySequence, settle);
    });
  }

  /** Everybody who waits hears that nothing is known. Called when the connection breaks. */
  forget(reason: string): void {
    for (const settle of this.#waiting.takeBelow(this.#waiting.next)) settle({ kind: "unanswered", reason });
  }

  close(): void {
    clearInterval(this.#sweep);
    this.#frames.flush();
    this.#subscription.unsubscribe();
    this.forget("closed");
  }

  #sendMarker(subject: string, payload: Uint8Array, options: PublishOptions, settle: Settle): void {
    if (!this.#connected()) {
      settle(notConnected);
      return;
    }
    const id = this.#waiting.add(settle);
    const h = headers();
    if (options.expectedSequence !== undefined)
      h.set("Nats-Expected-Last-Subject-Sequence", String(options.expectedSequence));
    if (options.kvOperation) h.set("KV-Operation", options.kvOperation);
    try {
      this.#nc.publish(subject, payload, { reply: this.#replyPrefix + id, headers: h });
    } catch (error) {
      this.#failed(id, subject, error);
    }
  }

  #failed(id: number, subject: string, cause: unknown): void {
    const why = `cannot publish on ${subject}: ${messageOf(cause)}`;
    this.#waiting.take(id)?.(new OcelliError("unavailable", why, { cause }));
  }

  #onAck(msg: Msg): void {
    this.#waiting.take(Number(msg.subject.slice(this.#replyPrefix.length)))?.(outcomeOf(msg));
  }

  /** All share one timeout, and ids count up: who was sent before a sweep that is long enough ago is overdue. */
  #expire(): void {
    const atMs = this.#clock.monotonicMs();
    this.#sweeps.push({ atMs, next: this.#waiting.next });
    let due = 0;
    while ((this.#sweeps[0]?.atMs ?? Number.POSITIVE_INFINITY) <= atMs - timeoutMs)
      due = this.#sweeps.shift()?.next ?? 0;
    for (const settle of this.#waiting.takeBelow(due)) settle(tooLate);
  }
}
