import { counter, gauge, type MetricValue } from "@ocelli/plugin-sdk";
import { GroupBook, type Parsed } from "./group-book.js";
import { Cursor } from "./influx-cursor.js";
import { readFields } from "./influx-fields.js";
import { LineProblem } from "./line-problem.js";
import { safeName, setOwn } from "./names.js";
import { quoted } from "./numbers.js";

export const timestampUnits = ["ns", "us", "ms", "s"] as const;

export type TimestampUnit = (typeof timestampUnits)[number];

export interface InfluxOptions {
  /** What timestamps count. */
  readonly timestampUnit: TimestampUnit;
  /** Whether text fields become dimensions; else they are left out. */
  readonly keepsText: boolean;
  readonly isCounter: (name: string) => boolean;
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
