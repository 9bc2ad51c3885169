/** Something that is to be done soon, however often it is asked for until it is done. */
export class Nudge {
  #isGiven = false;
  #wake: (() => void) | undefined;

  get isGiven(): boolean {
    return this.#isGiven;
  }

  give(): void {
    this.#isGiven = true;
    this.#wake?.();
  }

  /** It is being done now. */
  take(): void {
    this.#isGiven = false;
  }

  /** Resolves when it is asked for the next time. One waits at a time. */
  given(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
