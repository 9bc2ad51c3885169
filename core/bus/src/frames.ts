import { headers, type NatsConnection } from "@nats-io/transport-node";

/** The way into the client below its `publish`: bytes of the protocol, sent as they are. The version of the client is pinned, and
 *  where this is missing, `publish` is taken. */
interface Inside {
  readonly protocol?: { sendCommand?(bytes: Uint8Array): void };
}

const blockBytes = 64 * 1024;
const longestNumber = 20;
const expectedName = "Nats-Expected-Last-Subject-Sequence";
const headersFrom = Buffer.from(`NATS/1.0\r\n${expectedName}: `, "latin1");
const headersTo = Buffer.from("\r\n\r\n", "latin1");
const firstVisible = 0x21;
const lastVisible = 0x7e;
const zero = 0x30;

/** Publishes as the client does, for a third of its cost: the frames of one turn of the event loop are written into one block and
 *  handed to the client together. <https://docs.nats.io/reference/reference-protocols/nats-protocol> */
export class Frames {
  readonly #nc: NatsConnection;
  #block: Buffer = Buffer.allocUnsafeSlow(blockBytes);
  /** What was handed over ends here, what was written ends there. */
  #from = 0;
  #at = 0;

  constructor(nc: NatsConnection) {
    this.#nc = nc;
  }

  /** Whether the connection can still be used, or will be. */
  open(): boolean {
    return !this.#nc.isClosed();
  }

  /** `reply` is an inbox or empty. `expectedSequence`: store only if this is the sequence of the newest message of the subject, 0 for none; negative: store in
   *  any case. Throws as the client's own does. */
  publish(subject: string, payload: Uint8Array, reply: string, expectedSequence: number): void {
    const nc = this.#nc;
    const headed = expectedSequence >= 0;
    const room = subject.length + reply.length + payload.length + 5 * longestNumber + headersFrom.length;
    const inside = (nc as Inside).protocol?.sendCommand && room < (nc.info?.max_payload ?? 0);
    if (!inside || nc.isClosed() || nc.isDraining()) {
      this.#byClient(subject, payload, reply, expectedSequence);
      return;
    }
    this.#begin(room);
    const before = this.#at;
    const digits = headed ? digitsOf(expectedSequence) : 0;
    const headerBytes = headed ? headersFrom.length + digits + headersTo.length : 0;
    this.#text(headed ? "HPUB " : "PUB ");
    if (!this.#text(subject)) {
      // Not for a frame: the client's own refuses or encodes it.
      this.#at = before;
      this.#byClient(subject, payload, reply, expectedSequence);
      return;
    }
    this.#text(" ");
    if (reply) {
      this.#text(reply);
      this.#text(" ");
    }
    if (headed) {
      this.#number(headerBytes);
      this.#text(" ");
    }
    this.#number(headerBytes + payload.length);
    this.#text("\r\n");
    if (headed) {
      this.#bytes(headersFrom);
      this.#number(expectedSequence);
      this.#bytes(headersTo);
    }
    this.#bytes(payload);
    this.#text("\r\n");
  }

  /** Hands over what was written. It happens by itself at the end of the turn. */
  flush(): void {
    if (this.#at === this.#from) return;
    const frames = this.#block.subarray(this.#from, this.#at);
    this.#from = this.#at;
    if (!this.#nc.isClosed()) (this.#nc as Inside).protocol?.sendCommand?.(frames);
  }

  #begin(room: number): void {
    if (this.#at + room > this.#block.length) {
      this.flush();
      this.#block = Buffer.allocUnsafeSlow(Math.max(blockBytes, room));
      this.#from = 0;
      this.#at = 0;
    }
    if (this.#at === this.#from) queueMicrotask(() => this.flush());
  }

  #byClient(subject: string, payload: Uint8Array, reply: string, expectedSequence: number): void {
    const options = reply ? { reply } : {};
    if (expectedSequence < 0) {
      this.#nc.publish(subject, payload, options);
      return;
    }
    const h = headers();
    h.set(expectedName, String(expectedSequence));
    this.#nc.publish(subject, payload, { ...options, headers: h });
  }

  /** Whether it was visible ASCII only. */
  #text(text: string): boolean {
    const block = this.#block;
    let at = this.#at;
    let outside = 0;
    for (let i = 0; i < text.length; i += 1) {
      const code = text.charCodeAt(i);
      outside |= (code - firstVisible) | (lastVisible - code);
      block[at++] = code;
    }
    this.#at = at;
    return outside >= 0;
  }

  #bytes(bytes: Uint8Array): void {
    this.#block.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  #number(value: number): void {
    let rest = value;
    const end = this.#at + digitsOf(value);
    for (let at = end - 1; at >= this.#at; at -= 1) {
      this.#block[at] = zero + (rest % 10);
      rest = Math.floor(rest / 10);
    }
    this.#at = end;
  }
}

function digitsOf(value: number): number {
  let digits = 1;
  for (let limit = 10; value >= limit; limit *= 10) digits += 1;
  return digits;
}
