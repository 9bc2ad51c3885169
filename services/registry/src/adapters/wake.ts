import type { Clock } from "@ocelli/model";

/** Something to wait for that may happen at any time and counts once, however often it happened meanwhile. */
export class Wake {
  readonly #clock: Clock;
  #happened = false;
  #waiting: AbortController | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  readonly ring = (): void => {
    this.#happened = true;
    this.#waiting?.abort();
  };

  /** Resolves as soon as it rang since the last wait, after `atMostMs`, or when `signal` aborts. One waiter at a time. */
  async wait(atMostMs: number, signal: AbortSignal): Promise<void> {
    if (!this.#happened && !signal.aborted) {
      const waiting = new AbortController();
      this.#waiting = waiting;
      const stop = (): void => waiting.abort();
      signal.addEventListener("abort", stop, { once: true });
      await this.#clock.sleep(atMostMs, waiting.signal);
      signal.removeEventListener("abort", stop);
      this.#waiting = undefined;
    }
    this.#happened = false;
  }
}
