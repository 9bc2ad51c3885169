/** Requests on their way into a stream. Nothing bounds it but its writer, who waits for receipts. */
export class RequestQueue<T> {
  readonly #items: T[];
  #ended: boolean;
  #wake: (() => void) | undefined;

  constructor(items: readonly T[] = [], ended = false) {
    this.#items = [...items];
    this.#ended = ended;
  }

  get ended(): boolean {
    return this.#ended;
  }

  push(item: T): void {
    this.#items.push(item);
    this.#wake?.();
  }

  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  async *requests(): AsyncGenerator<T> {
    for (;;) {
      const item = this.#items.shift();
      if (item !== undefined) yield item;
      else if (this.#ended) return;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}
