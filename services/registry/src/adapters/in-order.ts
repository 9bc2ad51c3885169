/** Runs work one after the other for each key, and side by side for different keys. */
export class InOrder {
  readonly #tails = new Map<string, Promise<void>>();
  #running = 0;

  /** What was given and has not ended. */
  get size(): number {
    return this.#running;
  }

  /** `work` must not throw. */
  add(key: string, work: () => Promise<void>): void {
    this.#running += 1;
    const tail = (this.#tails.get(key) ?? Promise.resolve()).then(work).finally(() => {
      this.#running -= 1;
      if (this.#tails.get(key) === tail) this.#tails.delete(key);
    });
    this.#tails.set(key, tail);
  }

  /** Resolves once everything that was given has ended. */
  async idle(): Promise<void> {
    while (this.#tails.size > 0) await Promise.all(this.#tails.values());
  }
}
