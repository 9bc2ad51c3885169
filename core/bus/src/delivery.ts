import type { Msg } from "@nats-io/transport-node";
import { anySequence } from "./acked-publisher.js";
import type { Frames } from "./frames.js";

const ackBytes = new TextEncoder().encode("+ACK");
const termBytes = new TextEncoder().encode("+TERM");
const prefix = "$JS.ACK.";
const dot = 0x2e;
const zero = 0x30;

/** Where and when the broker stored a message that a consumer delivered. */
export interface DeliveryInfo {
  readonly streamSequence: number;
  /** Counts what this consumer delivered, from 1. */
  readonly consumerSequence: number;
  readonly consumer: string;
  /** Epoch ms of the broker's clock. */
  readonly storedAtMs: number;
  /** From 1. */
  readonly deliveries: number;
  /** How many more are waiting for the consumer. */
  readonly pending: number;
}

/** A delivered message, until it is settled. */
export interface Delivery {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly info: DeliveryInfo;
  /** Handled. Fire and forget: a lost ack means another delivery, which the guard or the position refuses. */
  ack(): void;
  /** Deliver again after `delayMs`. */
  retry(delayMs: number): void;
  /** Never deliver again. */
  drop(): void;
}

/** The ack subject of a delivered message, read only as far as somebody asks:
 *  `$JS.ACK.<stream>.<consumer>.<deliveries>.<stream seq>.<consumer seq>.<ns>.<pending>`, or the newer form with domain and
 *  account before the stream (NATS ADR-15). */
export class AckSubject implements DeliveryInfo {
  readonly #text: string;
  /** Where the consumer begins. */
  readonly #from: number;

  private constructor(text: string, from: number) {
    this.#text = text;
    this.#from = from;
  }

  /** Undefined for anything else. */
  static read(reply: string): AckSubject | undefined {
    if (!reply.startsWith(prefix)) return undefined;
    let dots = 0;
    for (let i = prefix.length; i < reply.length; i += 1) if (reply.charCodeAt(i) === dot) dots += 1;
    if (dots < 6) return undefined;
    return new AckSubject(reply, after(reply, prefix.length, dots >= 8 ? 3 : 1));
  }

  get consumer(): string {
    return this.#text.slice(this.#from, this.#text.indexOf(".", this.#from));
  }

  get deliveries(): number {
    return this.#number(1);
  }

  get streamSequence(): number {
    return this.#number(2);
  }

  get consumerSequence(): number {
    return this.#number(3);
  }

  get storedAtMs(): number {
    return Math.floor(this.#number(4) / 1e6);
  }

  get pending(): number {
    return this.#number(5);
  }

  /** The number that stands so many tokens behind the consumer. */
  #number(tokens: number): number {
    const text = this.#text;
    let value = 0;
    for (let i = after(text, this.#from, tokens); i < text.length; i += 1) {
      const code = text.charCodeAt(i);
      if (code === dot) break;
      value = value * 10 + code - zero;
    }
    return value;
  }
}

/** The place behind so many dots. */
function after(text: string, from: number, dots: number): number {
  let at = from;
  for (let i = 0; i < dots; i += 1) at = text.indexOf(".", at) + 1;
  return at;
}

class JetStreamDelivery implements Delivery {
  readonly #frames: Frames;
  readonly #msg: Msg;
  readonly #reply: string;
  readonly info: AckSubject;

  constructor(frames: Frames, msg: Msg, reply: string, info: AckSubject) {
    this.#frames = frames;
    this.#msg = msg;
    this.#reply = reply;
    this.info = info;
  }

  get subject(): string {
    return this.#msg.subject;
  }

  get data(): Uint8Array {
    return this.#msg.data;
  }

  ack(): void {
    this.#settle(ackBytes);
  }

  retry(delayMs: number): void {
    this.#settle(new TextEncoder().encode(`-NAK {"delay": ${Math.ceil(delayMs * 1e6)}}`));
  }

  drop(): void {
    this.#settle(termBytes);
  }

  #settle(verb: Uint8Array): void {
    if (this.#frames.open()) this.#frames.publish(this.#reply, verb, "", anySequence);
  }
}

/** Undefined where the message was not delivered by a consumer. */
export function toDelivery(frames: Frames, msg: Msg): Delivery | undefined {
  const { reply } = msg;
  const info = reply ? AckSubject.read(reply) : undefined;
  return reply && info ? new JetStreamDelivery(frames, msg, reply, info) : undefined;
}
