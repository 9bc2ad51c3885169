import type { SnmpFailure } from "../snmp/failure.js";
import type { Oid } from "../snmp/oid.js";
import { numberOf, type SnmpValue, textOf } from "../snmp/value.js";
import type { WalkedColumn } from "../snmp/walk-columns.js";

/** What a device said of its interfaces, by column and interface index. */
export class Cells {
  readonly #columns: ReadonlyMap<Oid, WalkedColumn>;

  constructor(columns: Iterable<WalkedColumn>) {
    this.#columns = new Map([...columns].map((walked) => [walked.column, walked]));
  }

  /** The interfaces that have a cell in one of these columns, by number. An index of several numbers is no interface. */
  indices(columns: readonly Oid[]): string[] {
    const found = new Set<string>();
    for (const column of columns)
      for (const index of this.#columns.get(column)?.cells.keys() ?? []) if (/^\d+$/.test(index)) found.add(index);
    return [...found].sort((a, b) => Number(a) - Number(b));
  }

  value(column: Oid, index: string): SnmpValue | undefined {
    return this.#columns.get(column)?.cells.get(index);
  }

  /** The whole number in a cell; undefined where there is none. */
  number(column: Oid, index: string): bigint | undefined {
    return numberOf(this.value(column, index));
  }

  /** The text in a cell; undefined where there is none. */
  text(column: Oid, index: string): string | undefined {
    return textOf(this.value(column, index));
  }

  /** True where the device was not heard to the end on this column: a missing cell then says nothing. */
  unknown(column: Oid, index: string): boolean {
    const walked = this.#columns.get(column);
    return walked?.failure !== undefined && !walked.cells.has(index);
  }

  /** The columns that ended early, and why. */
  failures(): { readonly column: Oid; readonly failure: SnmpFailure }[] {
    return [...this.#columns.values()].flatMap(({ column, failure }) => (failure ? [{ column, failure }] : []));
  }

  /** How many columns were asked for. */
  get size(): number {
    return this.#columns.size;
  }

  /** These cells and others; where both have a column, the others'. */
  with(columns: Iterable<WalkedColumn>): Cells {
    return new Cells([...this.#columns.values(), ...columns]);
  }
}
