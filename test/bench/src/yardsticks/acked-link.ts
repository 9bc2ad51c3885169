import { createInbox, headers, type NatsConnection } from "@nats-io/transport-node";

/** The least that publishes to a stream and learns the outcome: one inbox, whole numbers as tokens, no timer, no retry. */
export class AckedLink {
  readonly #nc: NatsConnection;
  readonly #inbox = `${createInbox()}.`;
  readonly #waiting = new Map<number, (sequence: number) => void>();
  #next = 0;

  constructor(nc: NatsConnection) {
    this.#nc = nc;
    nc.subscribe(`${this.#inbox}*`, {
      callback: (_, message) => {
        const token = Number(message.subject.slice(this.#inbox.length));
        const done = this.#waiting.get(token);
        this.#waiting.delete(token);
        done?.(sequenceOf(message.string()));
      },
    });
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** Calls back with the sequence, or with -1 where the stream refused. */
  publish(subject: string, payload: Uint8Array, done: (sequence: number) => void, expected?: number): void {
    this.#next += 1;
    this.#waiting.set(this.#next, done);
    const reply = `${this.#inbox}${this.#next}`;
    if (expected === undefined) {
      this.#nc.publish(subject, payload, { reply });
      return;
    }
    const header = headers();
    header.set("Nats-Expected-Last-Subject-Sequence", String(expected));
    this.#nc.publish(subject, payload, { reply, headers: header });
  }
}

const marker = '"seq":';

/** `{"stream":"TASKS","seq":12}`; an error has no sequence, or zero. */
function sequenceOf(ack: string): number {
  if (ack.includes('"error"')) return -1;
  const at = ack.indexOf(marker);
  return at < 0 ? -1 : Number.parseInt(ack.slice(at + marker.length), 10);
}
