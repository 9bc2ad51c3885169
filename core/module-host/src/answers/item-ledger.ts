/** Which items of one call still wait for their last answer. On the wire items are numbered from 1. */
export class ItemLedger {
  readonly #count: number;
  readonly #open: Set<number>;

  constructor(count: number) {
    this.#count = count;
    this.#open = new Set(Array.from({ length: count }, (_, i) => i));
  }

  /** The index of a number that may be answered, or a sentence that says why not. */
  indexOf(number: number): { kind: "open"; index: number } | { kind: "refused"; why: string } {
    const index = number - 1;
    if (this.#open.has(index)) return { kind: "open", index };
    if (index < 0 || index >= this.#count) {
      return { kind: "refused", why: `it answered item ${number}, which it was not asked for` };
    }
    return { kind: "refused", why: `it answered item ${number} after its last answer` };
  }

  isOpen(index: number): boolean {
    return this.#open.has(index);
  }

  close(index: number): void {
    this.#open.delete(index);
  }

  /** Indexes without their last answer, in order. */
  get open(): readonly number[] {
    return [...this.#open];
  }

  get done(): boolean {
    return this.#open.size === 0;
  }
}
