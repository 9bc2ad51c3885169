import { OcelliError } from "@ocelli/model";

/** Counts the calls that work, and lets a drain wait for them. */
export class WorkGate {
  readonly #stopping = new AbortController();
  readonly #cancelled = new AbortController();
  #inFlight = 0;
  #onIdle: (() => void) | undefined;

  /** Aborts when no new work is taken any more. What has no end of its own ends then. */
  get stopping(): AbortSignal {
    return this.#stopping.signal;
  }

  /** Aborts when what still runs has to end. */
  get cancelled(): AbortSignal {
    return this.#cancelled.signal;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** Lets a call in until it is disposed. Throws "unavailable" while draining. */
  admit(): Disposable {
    if (this.stopping.aborted) throw new OcelliError("unavailable", "the module is draining and takes no new work");
    this.#inFlight += 1;
    return {
      [Symbol.dispose]: () => {
        this.#inFlight -= 1;
        if (this.#inFlight === 0) this.#onIdle?.();
      },
    };
  }

  /** Takes no new work from now on; resolves when all of it is done, at the latest after `graceMs`, when it is cancelled. */
  async drain(graceMs: number): Promise<void> {
    this.#stopping.abort();
    if (this.#inFlight > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, graceMs);
        const before = this.#onIdle;
        this.#onIdle = () => {
          before?.();
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#cancelled.abort(new OcelliError("cancelled", "the module stops"));
  }
}
