import { counter, gauge, type MetricValue } from "@ocelli/plugin-sdk";
import { GroupBook, type Parsed } from "./group-book.js";
import { safeName, setOwn } from "./names.js";
import { quoted, readNumber } from "./numbers.js";

export const timestampUnits = ["ns", "us", "ms", "s"] as const;

export type TimestampUnit = (typeof timestampUnits)[number];

export interface InfluxOptions {
  /** What timestamps count. */
  readonly timestampUnit: TimestampUnit;
  /** Whether text fields become dimensions; else they are left out. */
  readonly keepsText: boolean;
  readonly isCounter: (name: string) => boolean;
}

type FieldValue =
  | { readonly kind: "metric"; readonly value: number | bigint }
  | { readonly kind: "text"; readonly text: string };

interface Field {
  readonly name: string;
  readonly value: FieldValue;
  readonly column: number;
}

/** Thrown within a line, caught at its end: the other lines are read all the same. */
class LineProblem extends Error {
  readonly at: number;

  constructor(at: number, message: string) {
    super(message);
    this.at = at;
  }
}

/** Reads InfluxDB's line protocol: `measurement,tag=a field=1i,other=2 1700000000000000000`. Measurements are groups, tags
 *  dimensions, fields metrics. <https://docs.influxdata.com/influxdb/v2/reference/syntax/line-protocol/> */
export function parseInflux(output: string, options: InfluxOptions): Parsed {
  const book = new GroupBook();
  const cursor = new Cursor(output);
  while (!cursor.isDone) {
    try {
      readLine(cursor, options, book);
    } catch (error) {
      if (!(error instanceof LineProblem)) throw error;
      book.problem({ ...cursor.placeOf(error.at), message: error.message });
      cursor.skipLine();
    }
  }
  return book.done();
}

/** Text fields may hold line ends, so that the text is not cut into lines first. */
class Cursor {
  readonly text: string;
  at = 0;
  #line = 1;
  #lineAt = 0;
  #seen = 0;

  constructor(text: string) {
    this.text = text;
  }

  get isDone(): boolean {
    return this.at >= this.text.length;
  }

  peek(): string {
    return this.text.charAt(this.at);
  }

  get isLineEnd(): boolean {
    return this.isDone || this.peek() === "\n" || (this.peek() === "\r" && this.text[this.at + 1] === "\n");
  }

  skipLine(): void {
    const end = this.text.indexOf("\n", this.at);
    this.at = end < 0 ? this.text.length : end + 1;
  }

  skipBlanks(): void {
    while (this.peek() === " " || this.peek() === "\t") this.at += 1;
  }

  /** Places are asked for in their order. */
  placeOf(at: number): { line: number; column: number } {
    for (; this.#seen < at; this.#seen += 1) {
      if (this.text[this.#seen] !== "\n") continue;
      this.#line += 1;
      this.#lineAt = this.#seen + 1;
    }
    return { line: this.#line, column: at - this.#lineAt + 1 };
  }

  /** Up to one of `ends`, which a backslash takes the meaning from. */
  word(ends: string, what: string): string {
    const start = this.at;
    let word = "";
    while (!this.isLineEnd && !ends.includes(this.peek())) {
      const next = this.text.charAt(this.at + 1);
      if (this.peek() === "\\" && next !== "" && ", =\\".includes(next) && (ends.includes(next) || next === "="))
        this.at += 1;
      word += this.peek();
      this.at += 1;
    }
    if (word === "") throw new LineProblem(start, `${what} is missing`);
    return word;
  }
}

function readLine(cursor: Cursor, options: InfluxOptions, book: GroupBook): void {
  cursor.skipBlanks();
  if (cursor.isLineEnd || cursor.peek() === "#") {
    cursor.skipLine();
    return;
  }
  const name = safeName(cursor.word(", ", "the measurement"));
  const dimensions: Record<string, string> = {};
  while (cursor.peek() === ",") readTag(cursor, dimensions);
  if (cursor.isLineEnd) throw new LineProblem(cursor.at, "the fields are missing: write measurement,tag=text field=1");
  cursor.skipBlanks();
  const fields = readFields(cursor);
  cursor.skipBlanks();
  const atMs = readTimestamp(cursor, options);
  for (const { name: key, value, column } of fields) {
    if (value.kind === "text" && options.keepsText) setDimension(dimensions, safeName(key), value.text, column);
  }
  const seen = new Set<string>();
  for (const { name: key, value, column } of fields) {
    if (value.kind === "text") continue;
    const metric = safeName(key);
    if (seen.has(metric)) throw new LineProblem(column, `field ${metric} comes twice`);
    seen.add(metric);
    book.add(
      { name, dimensions, atMs },
      metric,
      metricOf(metric, value.value, column, options),
      cursor.placeOf(column),
    );
  }
  cursor.skipLine();
}

function metricOf(name: string, value: number | bigint, at: number, { isCounter }: InfluxOptions): MetricValue {
  if (!isCounter(name)) return gauge(value);
  if (value < 0) throw new LineProblem(at, `field ${name} is a counter and cannot be negative`);
  return counter(value);
}

function readTag(cursor: Cursor, dimensions: Record<string, string>): void {
  cursor.at += 1;
  const start = cursor.at;
  const key = cursor.word(", =", "the name of a tag");
  if (cursor.peek() !== "=") throw new LineProblem(cursor.at, `tag ${quoted(key)} has no value: write ${key}=text`);
  cursor.at += 1;
  setDimension(dimensions, safeName(key), cursor.word(", =", `the value of tag ${quoted(key)}`), start);
}

function setDimension(dimensions: Record<string, string>, name: string, text: string, at: number): void {
  if (Object.hasOwn(dimensions, name)) throw new LineProblem(at, `tag ${name} comes twice`);
  setOwn(dimensions, name, text);
}

function readFields(cursor: Cursor): Field[] {
  const fields: Field[] = [];
  for (;;) {
    const column = cursor.at;
    const name = cursor.word(", =", "the name of a field");
    if (cursor.peek() !== "=") throw new LineProblem(cursor.at, `field ${quoted(name)} has no value: write ${name}=1`);
    cursor.at += 1;
    fields.push({ name, value: cursor.peek() === '"' ? readText(cursor) : readScalar(cursor), column });
    if (cursor.peek() !== ",") return fields;
    cursor.at += 1;
  }
}

function readText(cursor: Cursor): FieldValue {
  const start = cursor.at;
  let text = "";
  for (cursor.at += 1; !cursor.isDone && cursor.peek() !== '"'; cursor.at += 1) {
    const next = cursor.text.charAt(cursor.at + 1);
    if (cursor.peek() === "\\" && (next === '"' || next === "\\")) cursor.at += 1;
    text += cursor.peek();
  }
  if (cursor.isDone) {
    cursor.at = start;
    throw new LineProblem(start, "a text is opened and never closed");
  }
  cursor.at += 1;
  return { kind: "text", text };
}

function readScalar(cursor: Cursor): FieldValue {
  const start = cursor.at;
  while (!cursor.isLineEnd && !", \t".includes(cursor.peek())) cursor.at += 1;
  const word = cursor.text.slice(start, cursor.at);
  if (/^(t|T|true|True|TRUE)$/.test(word)) return { kind: "metric", value: 1 };
  if (/^(f|F|false|False|FALSE)$/.test(word)) return { kind: "metric", value: 0 };
  const whole = /^([+-]?\d+)[iu]$/.exec(word)?.[1];
  if (whole !== undefined) {
    const value = BigInt(whole.replace(/^\+/, ""));
    const [least, most] = word.endsWith("u") ? [0n, 2n ** 64n - 1n] : [-(2n ** 63n), 2n ** 63n - 1n];
    if (value < least || value > most) throw new LineProblem(start, `${quoted(word)} is out of range`);
    return { kind: "metric", value };
  }
  const number = readNumber(word);
  if (number.kind === "none") throw new LineProblem(start, number.why);
  return { kind: "metric", value: Number(number.value) };
}

function readTimestamp(cursor: Cursor, { timestampUnit }: InfluxOptions): number | undefined {
  if (cursor.isLineEnd) return undefined;
  const start = cursor.at;
  while (!cursor.isLineEnd) cursor.at += 1;
  const word = cursor.text.slice(start, cursor.at).trim();
  const atMs = /^\d{1,20}$/.test(word) ? toMs(BigInt(word), timestampUnit) : -1;
  if (atMs >= 0 && atMs <= latestMs) return atMs;
  throw new LineProblem(start, `${quoted(word)} is no timestamp in ${timestampUnit}`);
}

/** The last instant that a Date can tell. */
const latestMs = 8.64e15;

function toMs(count: bigint, unit: TimestampUnit): number {
  switch (unit) {
    case "ns":
      return Number(count / 1_000_000n);
    case "us":
      return Number(count / 1_000n);
    case "ms":
      return Number(count);
    case "s":
      return Number(count * 1_000n);
  }
}
