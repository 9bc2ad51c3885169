type Cells = Float64Array | Int32Array | Uint32Array | Uint8Array;
type CellKind = new (length: number) => Cells;

const firstLength = 256;

/** One number of every pair, side by side in a typed array: a million pairs as objects would cost three times the memory
 *  and keep the garbage collector busy. What was never set reads as 0. */
export class Column {
  readonly #kind: CellKind;
  #cells: Cells;

  constructor(kind: CellKind) {
    this.#kind = kind;
    this.#cells = new kind(firstLength);
  }

  get(id: number): number {
    return this.#cells[id] ?? 0;
  }

  set(id: number, value: number): void {
    if (id >= this.#cells.length) this.#grow(id);
    this.#cells[id] = value;
  }

  #grow(id: number): void {
    const cells = new this.#kind(Math.max(this.#cells.length * 2, id + 1));
    cells.set(this.#cells);
    this.#cells = cells;
  }
}
