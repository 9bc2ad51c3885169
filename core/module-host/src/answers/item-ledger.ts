/** Which items of one call still wait for their last answer. On the wire items are numbered from 1. */
export class ItemLedger {
  readonly #closed: Uint8Array;
  #left: number;

  constructor(count: number) {
    this.#closed = new Uint8Array(count);
    this.#left = count;
  }

  /** The index of a number that may be answered, or a sentence that says why not. */
  indexOf(number: number): { kind: "open"; index: number } | { kind: "refused"; why: string } {
    const index = number - 1;
    if (this.isOpen(index)) return { kind: "open", index };
    if (index < 0 || index >= this.#closed.length) {
      return { kind: "refused", why: `it answered item ${number}, which it was not asked for` };
    }
    return { kind: "refused", why: `it answered item ${number} after its last answer` };
  }

  isOpen(index: number): boolean {
    return this.#closed[index] === 0;
  }

  close(index: number): void {
    if (!this.isOpen(index)) return;
    this.#closed[index] = 1;
    this.#left -= 1;
  }

  /** Indexes without their last answer, in order. */
  get open(): readonly number[] {
    const open: number[] = [];
    for (let index = 0; index < this.#closed.length; index += 1) if (this.isOpen(index)) open.push(index);
    return open;
  }

  get done(): boolean {
    return this.#left === 0;
  }
}
