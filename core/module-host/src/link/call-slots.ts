/** Lets at most so many calls run at a time; the others wait in line. */
export class CallSlots {
  #free: number;
  readonly #waiting: ((got: boolean) => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  /** Takes a place where one is free. */
  tryEnter(): boolean {
    if (this.#free === 0) return false;
    this.#free -= 1;
    return true;
  }

  /** True once there is a place, which `leave` gives back; false where the signal aborts first. */
  async enter(signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return false;
    if (this.tryEnter()) return true;
    return new Promise<boolean>((resolve) => {
      const wake = (got: boolean): void => {
        signal.removeEventListener("abort", onAbort);
        resolve(got);
      };
      const onAbort = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(wake), 1);
        resolve(false);
      };
      signal.addEventListener("abort", onAbort, { once: true });
      this.#waiting.push(wake);
    });
  }

  leave(): void {
    const next = this.#waiting.shift();
    if (next) next(true);
    else this.#free += 1;
  }
}
