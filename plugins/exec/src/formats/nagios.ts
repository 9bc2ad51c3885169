import { counter, gauge } from "@ocelli/plugin-sdk";
import { GroupBook, type Parsed } from "./group-book.js";
import { type RangeOutcome, readRange, scaled, type Unit, unitOf } from "./nagios-value.js";
import { quoted, readNumber } from "./numbers.js";

export interface NagiosOptions {
  /** The name of all groups. */
  readonly group: string;
  /** What K stands for in KB, MB, …: 1024 or 1000. */
  readonly kilo: number;
}

export interface NagiosOutput extends Parsed {
  /** The first line, without its performance data. */
  readonly text: string;
}

/** Where performance data stands. */
interface Stretch {
  readonly text: string;
  readonly line: number;
  /** The column of its first character. */
  readonly column: number;
}

/** Reads what a Nagios plugin prints: a line of text, `|` and performance data, and more lines of the same kind, of which
 *  all after a second `|` are performance data. Each label becomes a group of its own with the dimension `label`.
 *  <https://www.monitoring-plugins.org/doc/guidelines.html#AEN201> */
export function parseNagios(output: string, options: NagiosOptions): NagiosOutput {
  const book = new GroupBook();
  const { text, stretches } = partsOf(output);
  const seen = new Set<string>();
  for (const stretch of stretches) readStretch(stretch, options, book, seen);
  return { text, ...book.done() };
}

function partsOf(output: string): { text: string; stretches: Stretch[] } {
  const lines = output.split("\n").map((line) => line.replace(/\r$/, ""));
  const stretches: Stretch[] = [];
  let text = "";
  let inData = false;
  for (const [i, line] of lines.entries()) {
    const bar = inData ? -1 : line.indexOf("|");
    if (i === 0) text = (bar < 0 ? line : line.slice(0, bar)).trim();
    if (inData || bar >= 0) stretches.push({ text: line.slice(bar + 1), line: i + 1, column: bar + 2 });
    if (i > 0 && bar >= 0) inData = true;
  }
  return { text, stretches };
}

/** One `'label'=value;…`. The label in quotes may hold anything, a quote as two. */
const item = /\s*(?:'((?:[^']|'')*)'|([^\s='][^\s=]*))=(\S*)/y;

function readStretch(
  { text, line, column }: Stretch,
  options: NagiosOptions,
  book: GroupBook,
  seen: Set<string>,
): void {
  let at = 0;
  while (text.slice(at).trim() !== "") {
    item.lastIndex = at;
    const match = item.exec(text);
    const start = at + (text.slice(at).length - text.slice(at).trimStart().length);
    if (!match) {
      const [word = ""] = /^\S*/.exec(text.slice(start)) ?? [];
      book.problem({
        line,
        column: column + start,
        message: `${quoted(word)} is no performance data: write label=value`,
      });
      at = start + word.length;
      continue;
    }
    at = item.lastIndex;
    const label = match[1]?.replaceAll("''", "'") ?? match[2] ?? "";
    const data = match[3] ?? "";
    const place = { line, column: column + at - data.length };
    if (seen.has(label)) book.problem({ line, column: column + start, message: `label ${quoted(label)} comes twice` });
    else readItem(label, data, place, options, book);
    seen.add(label);
  }
}

function readItem(
  label: string,
  data: string,
  place: { readonly line: number; readonly column: number },
  { group, kilo }: NagiosOptions,
  book: GroupBook,
): void {
  const [first = "", ...more] = data.split(";");
  const [, digits = "", unitText = ""] =
    /^([+-]?(?:nan|inf(?:inity)?|[\d.,]+(?:e[+-]?\d+)?)?)(.*)$/is.exec(first) ?? [];
  const isUnknown = first === "U";
  const unit = unitOf(isUnknown ? "" : unitText, kilo);
  const named = { name: group, dimensions: { label, ...(unit.unknown !== "" && { unit: unit.unknown }) } };
  if (!isUnknown) {
    const number = readNumber(digits === "" ? first : digits);
    if (number.kind === "none") {
      book.problem({ ...place, message: `label ${quoted(label)}: ${number.why}` });
      return;
    }
    if (unit.isCounter && number.value < 0) {
      book.problem({ ...place, message: `label ${quoted(label)}: a counter cannot be negative` });
      return;
    }
    const value = scaled(number.value, unit);
    const metric = unit.isCounter ? counter(value) : gauge(value);
    book.add(named, unit.isCounter ? "value_total" : `value${unit.suffix}`, metric, place);
  }
  let column = place.column + first.length + 1;
  for (const [i, key] of (["warning", "critical", "minimum", "maximum"] as const).entries()) {
    const text = more[i] ?? "";
    if (text !== "") readLimit(key, withoutUnit(text, unitText), unit, { ...place, column }, named, book);
    column += text.length + 1;
  }
}

function readLimit(
  key: "warning" | "critical" | "minimum" | "maximum",
  text: string,
  unit: Unit,
  place: { readonly line: number; readonly column: number },
  named: { readonly name: string; readonly dimensions: { readonly label: string } },
  book: GroupBook,
): void {
  const put = (name: string, value: number | bigint): void =>
    book.add(named, `${name}${unit.suffix}`, gauge(scaled(value, unit)), place);
  const refuse = (why: string): void =>
    book.problem({ ...place, message: `${key} of label ${quoted(named.dimensions.label)}: ${why}` });
  if (key === "minimum" || key === "maximum") {
    const number = readNumber(text);
    if (number.kind === "none") refuse(number.why);
    else put(key, number.value);
    return;
  }
  const outcome: RangeOutcome = readRange(text);
  if (outcome.kind === "none") {
    refuse(outcome.why);
    return;
  }
  const { low, high, inside } = outcome.range;
  if (low !== undefined) put(`${key}_low`, low);
  if (high !== undefined) put(`${key}_high`, high);
  if (inside) book.add(named, `${key}_inside`, gauge(1), place);
}

/** Some plugins repeat the unit behind their limits. */
function withoutUnit(text: string, unit: string): string {
  return unit !== "" && text.endsWith(unit) ? text.slice(0, -unit.length) : text;
}
