import { toJson } from "./display/json.js";
import { pad, printable, printableLines, widthOf } from "./display/printable.js";

/** How data is written: for people, as one JSON value, or as one JSON value a line. */
export type Format = "table" | "json" | "jsonl";

export const formats: readonly Format[] = ["table", "json", "jsonl"];

export interface Column<Row> {
  readonly title: string;
  /** May be any text of the outside world. */
  readonly of: (row: Row) => string;
  readonly align?: "left" | "right";
  readonly paint?: (row: Row) => (text: string) => string;
}

/** Writes rows to stdout. `json` of a list is one array. Where there are none, a table says so on stderr instead. */
export function printRows<Row extends object>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  format: Format,
  none = "nothing",
): void {
  if (format === "json") print(`${toJson(rows)}\n`);
  else if (format === "jsonl") print(rows.map((row) => `${toJson(row)}\n`).join(""));
  else if (rows.length === 0) say(none);
  else print(table(rows, columns));
}

/** Writes one thing to stdout: as JSON, or as the lines people read. */
export function printOne(value: object, lines: readonly string[], format: Format): void {
  print(format === "table" ? lines.map((line) => `${line}\n`).join("") : `${toJson(value)}\n`);
}

export function print(text: string): void {
  if (text !== "") process.stdout.write(text);
}

/** For people: stderr, so that stdout stays data. May hold text of the outside world, and several lines. */
export function say(sentence: string): void {
  process.stderr.write(`${printableLines(sentence).join("\n")}\n`);
}

/** Columns side by side, two blanks apart. Whatever the cells hold, each row is one line. */
export function table<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string {
  const cells = rows.map((row) => columns.map(({ of }) => printable(of(row))));
  const widths = columns.map(({ title }, i) => Math.max(widthOf(title), ...cells.map((row) => widthOf(row[i] ?? ""))));
  const line = (texts: readonly string[], row?: Row): string =>
    columns
      .map(({ align, paint }, i) => {
        const isLast = i === columns.length - 1 && align !== "right";
        const text = isLast ? (texts[i] ?? "") : pad(texts[i] ?? "", widths[i] ?? 0, align);
        return row !== undefined && paint ? paint(row)(text) : text;
      })
      .join("  ")
      .trimEnd();
  const head = line(columns.map(({ title }) => title.toUpperCase()));
  return [head, ...rows.map((row, i) => line(cells[i] ?? [], row))].map((text) => `${text}\n`).join("");
}
