/** How data is written: for people, as one JSON value, or as one JSON value a line. */
export type Format = "table" | "json" | "jsonl";

export interface Column<Row> {
  readonly title: string;
  readonly of: (row: Row) => string;
}

/** Writes rows to stdout. `json` of a list is one array; numbers beyond 2^53 keep their digits. */
export function printRows<Row extends object>(rows: readonly Row[], columns: readonly Column<Row>[], format: Format): void {
  if (format === "json") return print(`${toJson(rows)}\n`);
  if (format === "jsonl") return print(rows.map((row) => `${toJson(row)}\n`).join(""));
  print(table(rows, columns));
}

/** Writes one thing to stdout: as JSON, or as the lines people read. */
export function printOne(value: object, lines: readonly string[], format: Format): void {
  print(format === "table" ? `${lines.join("\n")}\n` : `${toJson(value)}\n`);
}

export function print(text: string): void {
  process.stdout.write(text);
}

/** For people: stderr, so that stdout stays data. */
export function say(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
}

export function table<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string {
  const cells = [columns.map(({ title }) => title.toUpperCase()), ...rows.map((row) => columns.map(({ of }) => of(row)))];
  const widths = columns.map((_, i) => Math.max(...cells.map((row) => (row[i] ?? "").length)));
  return cells
    .map((row) =>
      row
        .map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i] ?? 0)))
        .join("  ")
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join("");
}

/** JSON with bigints as numbers and protobuf's type names left out. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (key, one: unknown) => {
    if (key === "$typeName" || key === "$unknown") return undefined;
    if (typeof one === "bigint") return Number.isSafeInteger(Number(one)) ? Number(one) : String(one);
    if (one instanceof Uint8Array) return new TextDecoder().decode(one);
    return one;
  });
}
