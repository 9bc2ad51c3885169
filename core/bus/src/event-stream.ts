import { create, toBinary } from "@bufbuild/protobuf";
import { DeliverPolicy } from "@nats-io/jetstream";
import { eventCodec, resultCodec } from "@ocelli/codec";
import { type MeshEvent, messageOf, type Result } from "@ocelli/model";
import { DeadLetterSchema } from "@ocelli/proto/task";
import type { Link } from "./link.js";

/** Tells what changed and why. Losing an event loses no work: a broker that is away is logged, not waited for. Who must not lose
 *  one `tell`s it, and tells it again where it was not stored. */
export class EventStream {
  readonly #link: Link;
  readonly #from: string;

  constructor(link: Link, from: string) {
    this.#link = link;
    this.#from = from;
  }

  publish(event: Omit<MeshEvent, "atMs" | "from">): void {
    void this.tell(event);
  }

  /** Whether it is stored for certain. Never rejects. */
  async tell(event: Omit<MeshEvent, "atMs" | "from">): Promise<boolean> {
    const { names, publisher, brokerClock, log } = this.#link;
    const atMs = brokerClock.nowMs() || 0;
    try {
      const bytes = eventCodec.encode({ ...event, atMs, from: this.#from });
      const outcome = await publisher.publish(names.eventSubject(event.type, event.plugin), bytes);
      if (outcome.kind === "stored") return true;
      log.warn({ event: event.type, outcome: outcome.kind }, "event was not stored");
    } catch (error) {
      log.warn({ event: event.type, reason: messageOf(error) }, "event was not stored");
    }
    return false;
  }

  /** Puts a message that could not be handled aside, with the reason. */
  async putAside(subject: string, payload: Uint8Array, reason: string): Promise<void> {
    const { names, publisher, brokerClock } = this.#link;
    const letter = { atMs: BigInt(brokerClock.nowMs() || 0), subject, reason, payload, from: this.#from };
    const bytes = toBinary(DeadLetterSchema, create(DeadLetterSchema, letter));
    await publisher.publish(names.deadSubject(this.#from), bytes);
  }
}

export interface TailOptions {
  /** Empty: all. */
  readonly plugin: string;
  /** Empty: all. Events are narrowed by the reader. */
  readonly resourceId: string;
  /** Also what happened up to so many ms ago. */
  readonly sinceMs: number;
}

/** Follows results until `signal` aborts. `started` is told once nothing from now on can be missed. */
export async function tailResults(
  link: Link,
  options: TailOptions,
  on: { started(): void; entry(result: Result): void },
  signal: AbortSignal,
): Promise<void> {
  const filter = link.names.resultsWhere(options.plugin, options.resourceId);
  await tail(
    link,
    link.names.results,
    filter,
    options.sinceMs,
    { ...on, bytes: (data) => on.entry(resultCodec.decode(data)) },
    signal,
  );
}

/** Follows events until `signal` aborts. */
export async function tailEvents(
  link: Link,
  options: TailOptions,
  on: { started(): void; entry(event: MeshEvent): void },
  signal: AbortSignal,
): Promise<void> {
  const { names } = link;
  await tail(
    link,
    names.events,
    names.all.events,
    options.sinceMs,
    {
      ...on,
      bytes: (data) => {
        const event = eventCodec.decode(data);
        if (options.plugin && event.plugin !== options.plugin) return;
        if (options.resourceId && event.resourceId !== options.resourceId) return;
        on.entry(event);
      },
    },
    signal,
  );
}

async function tail(
  link: Link,
  stream: string,
  filter: string,
  sinceMs: number,
  on: { started(): void; bytes(data: Uint8Array): void },
  signal: AbortSignal,
): Promise<void> {
  const now = link.brokerClock.nowMs();
  const start =
    sinceMs > 0 && Number.isFinite(now)
      ? { deliver_policy: DeliverPolicy.StartTime, opt_start_time: new Date(now - sinceMs).toISOString() }
      : { deliver_policy: DeliverPolicy.New };
  const consumer = await link.js.consumers.get(stream, { filter_subjects: filter, ...start });
  const messages = await consumer.consume({
    max_messages: 1000,
    callback: (message) => {
      try {
        on.bytes(message.data);
      } catch (error) {
        link.log.debug({ subject: message.subject, reason: messageOf(error) }, "message cannot be read");
      }
    },
  });
  on.started();
  const stop = (): void => messages.stop();
  if (signal.aborted) stop();
  else signal.addEventListener("abort", stop, { once: true });
  await messages.closed();
}
