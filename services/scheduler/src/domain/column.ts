type Cells = Float64Array | Int32Array | Uint32Array | Uint8Array;
type CellKind = new (length: number) => Cells;

const pageBits = 11;
const pageLength = 1 << pageBits;
const inPage = pageLength - 1;

/** One number of every pair, side by side in typed arrays: a million pairs as objects would cost three times the memory and keep
 *  the garbage collector busy. Grows by pages, so that nothing is ever copied. What was never set reads as 0. */
export class Column {
  readonly #kind: CellKind;
  readonly #pages: Cells[] = [];

  constructor(kind: CellKind) {
    this.#kind = kind;
  }

  get(id: number): number {
    return this.#pages[id >> pageBits]?.[id & inPage] ?? 0;
  }

  set(id: number, value: number): void {
    const page = this.#pages[id >> pageBits] ?? this.#grow(id >> pageBits);
    page[id & inPage] = value;
  }

  /** Pages before the wanted one are made as well, so that the list has no holes. */
  #grow(wanted: number): Cells {
    for (let at = this.#pages.length; at < wanted; at += 1) this.#pages.push(new this.#kind(pageLength));
    const page = new this.#kind(pageLength);
    this.#pages.push(page);
    return page;
  }
}
