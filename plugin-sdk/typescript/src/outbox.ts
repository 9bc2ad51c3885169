import type { Clock } from "@ocelli/model";

/** Batches aim for this size. */
export const batchBytes = 256 * 1024;

/** How long the first answer of a batch waits for company. */
const lingerMs = 50;

/** From here on whoever has an answer waits until the reader took some: a stalled reader stops the work. */
const fullBytes = 4 * batchBytes;

/** Answers on their way out, grouped into batches. */
export class Outbox<T> {
  readonly #clock: Clock;
  #waiting: { readonly part: T; readonly bytes: number }[] = [];
  #bytes = 0;
  #closed = false;
  #wakeReader: (() => void) | undefined;
  #wakeWriters: (() => void)[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Hands an answer over. Returns a promise where there is no room for the next yet, and resolves it once there is. */
  put(part: T, bytes: number): Promise<void> | undefined {
    this.#waiting.push({ part, bytes });
    this.#bytes += bytes;
    this.#wakeReader?.();
    return this.#bytes >= fullBytes && !this.#closed ? this.#room() : undefined;
  }

  async #room(): Promise<void> {
    while (this.#bytes >= fullBytes && !this.#closed) {
      await new Promise<void>((resolve) => this.#wakeWriters.push(resolve));
    }
  }

  /** Nothing more comes: what waits leaves at once. */
  close(): void {
    this.#closed = true;
    this.#wakeReader?.();
    this.#wake();
  }

  /** The batches, each at least one answer and otherwise at most `batchBytes`. Ends after `close`. */
  async *batches(): AsyncGenerator<T[]> {
    for (;;) {
      await this.#until(() => this.#waiting.length > 0, Number.POSITIVE_INFINITY);
      await this.#until(() => this.#bytes >= batchBytes, lingerMs);
      const batch = this.#take();
      if (batch.length > 0) yield batch;
      else if (this.#closed) return;
    }
  }

  #take(): T[] {
    const batch: T[] = [];
    let bytes = 0;
    for (const { part, bytes: more } of this.#waiting) {
      if (batch.length > 0 && bytes + more > batchBytes) break;
      batch.push(part);
      bytes += more;
    }
    this.#waiting = this.#waiting.slice(batch.length);
    this.#bytes -= bytes;
    this.#wake();
    return batch;
  }

  #wake(): void {
    for (const wake of this.#wakeWriters.splice(0)) wake();
  }

  /** Waits for a condition, the end, or the time, whichever comes first. */
  async #until(condition: () => boolean, ms: number): Promise<void> {
    if (this.#closed || condition()) return;
    await new Promise<void>((resolve) => {
      this.#wakeReader = () => {
        if (this.#closed || condition()) resolve();
      };
      // Not ended early: a short timer that nobody waits for costs less than what could stop it.
      if (ms < Number.POSITIVE_INFINITY) void this.#clock.sleep(ms).then(resolve);
    });
    this.#wakeReader = undefined;
  }
}
