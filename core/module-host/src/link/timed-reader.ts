import { type Clock, linkSignals } from "@ocelli/model";

export type Read<T> =
  | { readonly kind: "message"; readonly message: T }
  | { readonly kind: "end" }
  | { readonly kind: "failed"; readonly error: unknown }
  /** Nothing came until the instant that was asked for. What comes later is not lost. */
  | { readonly kind: "due" }
  | { readonly kind: "aborted" };

/** Reads a stream with a deadline that may move from message to message. */
export class TimedReader<T> {
  readonly #stream: AsyncIterator<T>;
  readonly #clock: Clock;
  #pending: Promise<Read<T>> | undefined;

  constructor(stream: AsyncIterable<T>, clock: Clock) {
    this.#stream = stream[Symbol.asyncIterator]();
    this.#clock = clock;
  }

  /** What comes first: a message, the end, the instant `dueAtMs` of the monotonic clock, or the signal. */
  async next(dueAtMs: number, signal: AbortSignal): Promise<Read<T>> {
    if (signal.aborted) return { kind: "aborted" };
    this.#pending ??= this.#stream.next().then(
      (step): Read<T> => (step.done ? { kind: "end" } : { kind: "message", message: step.value }),
      (error: unknown): Read<T> => ({ kind: "failed", error }),
    );
    using timer = linkSignals(signal);
    const due = this.#clock
      .sleep(Math.max(0, dueAtMs - this.#clock.monotonicMs()), timer.signal)
      .then((): Read<T> => ({ kind: signal.aborted ? "aborted" : "due" }));
    const read = await Promise.race([this.#pending, due]);
    timer.abort();
    if (read.kind === "message") this.#pending = undefined;
    return read;
  }
}
