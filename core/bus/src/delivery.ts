import type { Msg, NatsConnection } from "@nats-io/transport-node";

const ackBytes = new TextEncoder().encode("+ACK");
const termBytes = new TextEncoder().encode("+TERM");

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

/** Reads the ack subject: `$JS.ACK.<stream>.<consumer>.<deliveries>.<stream seq>.<consumer seq>.<ns>.<pending>`,
 *  or the newer form with domain and account before the stream (NATS ADR-15). Undefined for anything else. */
export function deliveryInfo(reply: string | undefined): DeliveryInfo | undefined {
  if (!reply?.startsWith("$JS.ACK.")) return undefined;
  const tokens = reply.split(".");
  const at = tokens.length >= 11 ? 5 : 3;
  const [consumer = "", deliveries, streamSequence, consumerSequence, nanos, pending] = tokens.slice(at);
  if (pending === undefined || nanos === undefined) return undefined;
  return {
    consumer,
    consumerSequence: Number(consumerSequence),
    deliveries: Number(deliveries),
    streamSequence: Number(streamSequence),
    storedAtMs: Math.floor(Number(nanos) / 1e6),
    pending: Number(pending),
  };
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

export function toDelivery(nc: NatsConnection, msg: Msg): Delivery | undefined {
  const info = deliveryInfo(msg.reply);
  const reply = msg.reply;
  if (!info || !reply) return undefined;
  const settle = (verb: Uint8Array): void => {
    if (!nc.isClosed()) nc.publish(reply, verb);
  };
  return {
    subject: msg.subject,
    data: msg.data,
    info,
    ack: () => settle(ackBytes),
    retry: (delayMs) => settle(new TextEncoder().encode(`-NAK {"delay": ${Math.ceil(delayMs * 1e6)}}`)),
    drop: () => settle(termBytes),
  };
}
