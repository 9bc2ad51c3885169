/** The first `limit` of many in an order, sorted, without sorting them all. */
export class FirstOf<T> {
  readonly #limit: number;
  readonly #compare: (a: T, b: T) => number;
  readonly #kept: T[] = [];

  constructor(limit: number, compare: (a: T, b: T) => number) {
    this.#limit = limit;
    this.#compare = compare;
  }

  get isFull(): boolean {
    return this.#kept.length >= this.#limit;
  }

  offer(item: T): void {
    const kept = this.#kept;
    const last = kept[kept.length - 1];
    if (this.isFull && (last === undefined || this.#compare(item, last) >= 0)) return;
    let from = 0;
    let to = kept.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      // The index is inside the array.
      if (this.#compare(kept[middle] as T, item) <= 0) from = middle + 1;
      else to = middle;
    }
    kept.splice(from, 0, item);
    if (kept.length > this.#limit) kept.pop();
  }

  list(): readonly T[] {
    return this.#kept;
  }
}
