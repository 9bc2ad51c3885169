import { createInbox, headers, type Msg, type NatsConnection, type Subscription } from "@nats-io/transport-node";
import { type Clock, messageOf, OcelliError } from "@ocelli/model";

/** How a publish into a stream ended. */
export type PublishOutcome =
  | { readonly kind: "stored"; readonly sequence: number }
  /** Another message is the newest of the subject. */
  | { readonly kind: "moved" }
  /** The subject holds as many messages as it may. */
  | { readonly kind: "full" }
  /** No word from the broker: it may or may not be stored. */
  | { readonly kind: "unanswered"; readonly reason: string };

export interface PublishOptions {
  /** Store only if this is the sequence of the newest message of the subject; 0: if there is none. */
  readonly expectedSequence?: number;
  /** KV operation header of a delete marker. */
  readonly kvOperation?: "DEL";
}

interface Waiting {
  readonly settle: (outcome: PublishOutcome | OcelliError) => void;
  readonly deadlineMs: number;
}

const timeoutMs = 5_000;
const sweepEveryMs = 250;
const wrongLastSequence = new Set([10071, 10164]);
const tooManyPerSubject = 10077;

/** Publishes into streams and reads the acks from one inbox: no timer, subscription or promise chain per message.
 *  While the connection is down nothing is sent, so that no claim can arrive long after it was given up. */
export class AckedPublisher {
  readonly #nc: NatsConnection;
  readonly #clock: Pick<Clock, "monotonicMs">;
  readonly #inbox: string;
  readonly #subscription: Subscription;
  readonly #waiting = new Map<number, Waiting>();
  readonly #sweep: NodeJS.Timeout;
  readonly #connected: () => boolean;
  #next = 1;

  constructor(nc: NatsConnection, clock: Pick<Clock, "monotonicMs">, connected: () => boolean) {
    this.#nc = nc;
    this.#clock = clock;
    this.#connected = connected;
    this.#inbox = createInbox();
    this.#subscription = nc.subscribe(`${this.#inbox}.*`, { callback: (_, msg) => this.#onAck(msg) });
    this.#sweep = setInterval(() => this.#expire(), sweepEveryMs);
    this.#sweep.unref();
  }

  /** Throws OcelliError where the broker refuses for a reason that is not the caller's to expect. */
  publish(subject: string, payload: Uint8Array, options: PublishOptions = {}): Promise<PublishOutcome> {
    if (!this.#connected()) return Promise.resolve({ kind: "unanswered", reason: "not connected" });
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      const settle = (outcome: PublishOutcome | OcelliError): void =>
        outcome instanceof OcelliError ? reject(outcome) : resolve(outcome);
      this.#waiting.set(id, { settle, deadlineMs: this.#clock.monotonicMs() + timeoutMs });
      try {
        const reply = `${this.#inbox}.${id.toString(36)}`;
        const h = headersOf(options);
        this.#nc.publish(subject, payload, h ? { reply, headers: h } : { reply });
      } catch (error) {
        this.#waiting.delete(id);
        settle(new OcelliError("unavailable", `cannot publish on ${subject}: ${messageOf(error)}`, { cause: error }));
      }
    });
  }

  /** Everybody who waits hears that nothing is known. Called when the connection breaks. */
  forget(reason: string): void {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { settle } of waiting) settle({ kind: "unanswered", reason });
  }

  close(): void {
    clearInterval(this.#sweep);
    this.#subscription.unsubscribe();
    this.forget("closed");
  }

  #onAck(msg: Msg): void {
    const id = Number.parseInt(msg.subject.slice(this.#inbox.length + 1), 36);
    const waiting = this.#waiting.get(id);
    if (!waiting) return;
    this.#waiting.delete(id);
    waiting.settle(outcomeOf(msg));
  }

  #expire(): void {
    const nowMs = this.#clock.monotonicMs();
    // A map keeps the order of insertion, and all share one timeout: the first that is not due ends the sweep.
    for (const [id, { settle, deadlineMs }] of this.#waiting) {
      if (deadlineMs > nowMs) break;
      this.#waiting.delete(id);
      settle({ kind: "unanswered", reason: `no ack within ${timeoutMs} ms` });
    }
  }
}

function headersOf(options: PublishOptions) {
  if (options.expectedSequence === undefined && !options.kvOperation) return undefined;
  const h = headers();
  if (options.expectedSequence !== undefined) {
    h.set("Nats-Expected-Last-Subject-Sequence", String(options.expectedSequence));
  }
  if (options.kvOperation) h.set("KV-Operation", options.kvOperation);
  return h;
}

interface AckBody {
  readonly seq?: number;
  readonly error?: { readonly err_code?: number; readonly description?: string };
}

function outcomeOf(msg: Msg): PublishOutcome | OcelliError {
  if (msg.data.length === 0)
    return { kind: "unanswered", reason: `no stream listens (${msg.headers?.code ?? "empty answer"})` };
  const body = msg.json<AckBody>();
  if (body.error) {
    const code = body.error.err_code ?? 0;
    if (wrongLastSequence.has(code)) return { kind: "moved" };
    if (code === tooManyPerSubject) return { kind: "full" };
    return new OcelliError("unavailable", `the broker refused a message: ${body.error.description ?? `code ${code}`}`);
  }
  return { kind: "stored", sequence: body.seq ?? 0 };
}
