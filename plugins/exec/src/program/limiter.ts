/** Lets so many pieces of work run at a time, in the order they came. */
export class Limiter {
  readonly #limit: number;
  readonly #waiting: { readonly enter: (entered: boolean) => void }[] = [];
  #running = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** True once there is room: `leave` gives it back. False where there was none within `waitMs`. */
  enter(waitMs: number, signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return Promise.resolve(false);
    if (this.#running < this.#limit) {
      this.#running += 1;
      return Promise.resolve(true);
    }
    return new Promise((resolve) => {
      const enter = (entered: boolean): void => {
        clearTimeout(timer);
        signal.removeEventListener("abort", giveUp);
        resolve(entered);
      };
      const one = { enter };
      const giveUp = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(one), 1);
        enter(false);
      };
      const timer = setTimeout(giveUp, waitMs);
      signal.addEventListener("abort", giveUp, { once: true });
      this.#waiting.push(one);
    });
  }

  leave(): void {
    const next = this.#waiting.shift();
    if (next) next.enter(true);
    else this.#running -= 1;
  }
}
