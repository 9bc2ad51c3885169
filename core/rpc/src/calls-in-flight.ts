/** After the last handler, how long what it wrote may take to leave. */
const flushMs = 1_000;

/** Counts running calls, so that a shutdown need not wait for streams that nobody works on, such as health watches. */
export class CallsInFlight {
  #count = 0;
  #onIdle: (() => void) | undefined;
  #stopWaiting: (() => void) | undefined;

  enter(): () => void {
    this.#count += 1;
    let left = false;
    return () => {
      if (left) return;
      left = true;
      this.#count -= 1;
      if (this.#count === 0) this.#onIdle?.();
    };
  }

  /** Resolves when `graceMs` are over, or shortly after the last call ended. */
  idle(graceMs: number): Promise<void> {
    return new Promise((resolve) => {
      let timer = setTimeout(resolve, graceMs);
      this.#onIdle = () => {
        clearTimeout(timer);
        timer = setTimeout(resolve, Math.min(flushMs, graceMs));
      };
      this.#stopWaiting = () => {
        clearTimeout(timer);
        resolve();
      };
      if (this.#count === 0) this.#onIdle();
    });
  }

  stopWaiting(): void {
    this.#stopWaiting?.();
  }
}
