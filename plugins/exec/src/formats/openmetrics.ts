import { counter, gauge, type MetricValue } from "@ocelli/plugin-sdk";
import { familyTypeOf, isKnownType, type SampleKind, sampleKind } from "./family-types.js";
import { GroupBook, type Parsed } from "./group-book.js";
import { LineProblem } from "./line-problem.js";
import { safeName, setOwn } from "./names.js";
import { quoted, readNumber } from "./numbers.js";

export interface OpenMetricsOptions {
  /** The name of all groups. */
  readonly group: string;
}

interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: string;
  /** Where the value stands, from 0. */
  readonly valueAt: number;
  readonly timestamp: string;
  readonly timestampAt: number;
}

/** Reads OpenMetrics 1.0 and Prometheus' text format 0.0.4: samples become metrics, labels dimensions. A text that ends in
 *  `# EOF` is OpenMetrics, with timestamps in seconds; the other's are in ms.
 *  <https://prometheus.io/docs/specs/om/open_metrics_spec/>, <https://prometheus.io/docs/instrumenting/exposition_formats/> */
export function parseOpenMetrics(output: string, { group }: OpenMetricsOptions): Parsed {
  const book = new GroupBook();
  const lines = output.split("\n").map((line) => line.replace(/\r$/, ""));
  const end = lines.indexOf("# EOF");
  const types = new Map<string, string>();
  for (const [i, line] of lines.entries()) {
    if (end >= 0 && i > end) {
      if (line.trim() === "") continue;
      book.problem({ line: i + 1, column: 1, message: "nothing may follow # EOF" });
      break;
    }
    try {
      readLine(line, i + 1, { group, types, msPerUnit: end >= 0 ? 1000 : 1 }, book);
    } catch (error) {
      if (!(error instanceof LineProblem)) throw error;
      book.problem({ line: i + 1, column: error.at + 1, message: error.message });
    }
  }
  return book.done();
}

interface Reading {
  readonly group: string;
  readonly types: Map<string, string>;
  readonly msPerUnit: number;
}

function readLine(text: string, line: number, { group, types, msPerUnit }: Reading, book: GroupBook): void {
  if (text.trim() === "") return;
  const comment = /^\s*#/.exec(text);
  if (comment) {
    const [, name, type = ""] = /^\s*#\s+TYPE\s+(\S+)\s+(\S+)\s*$/.exec(text) ?? [];
    if (name === undefined) return;
    if (!isKnownType(type)) throw new LineProblem(text.lastIndexOf(type), `${quoted(type)} is no type`);
    types.set(unquoted(name), type);
    return;
  }
  const sample = readSample(text);
  const kind = sampleKind(sample.name, familyTypeOf(sample.name, types), sample.labels);
  if (kind === "left_out" || (kind === "quantile" && /^nan$/i.test(sample.value))) return;
  const metric = metricOf(sample, kind);
  const atMs = instantOf(sample, msPerUnit);
  const dimensions: Record<string, string> = {};
  for (const [label, value] of Object.entries(sample.labels)) setOwn(dimensions, safeName(label), value);
  book.add({ name: group, dimensions, atMs }, safeName(sample.name), metric, { line, column: 1 });
}

function metricOf({ name, value: text, valueAt }: Sample, kind: SampleKind): MetricValue {
  const number = readNumber(text);
  if (number.kind === "none") throw new LineProblem(valueAt, `${name}: ${number.why}`);
  if (kind === "sum" && number.value < 0) return gauge(number.value);
  if (kind !== "counter" && kind !== "sum") return gauge(number.value);
  if (number.value < 0) throw new LineProblem(valueAt, `${name}: a counter cannot be negative`);
  return counter(number.value);
}

function instantOf({ timestamp, timestampAt }: Sample, msPerUnit: number): number | undefined {
  if (timestamp === "") return undefined;
  const number = readNumber(timestamp);
  const atMs = number.kind === "number" ? Math.round(Number(number.value) * msPerUnit) : -1;
  if (atMs >= 0 && atMs <= 8.64e15) return atMs;
  throw new LineProblem(timestampAt, `${quoted(timestamp)} is no timestamp`);
}

const bareName = /[A-Za-z_:][A-Za-z0-9_:.]*/y;
const quotedText = /"((?:[^"\\]|\\.)*)"/y;

function readSample(text: string): Sample {
  let at = text.length - text.trimStart().length;
  let name = matchAt(bareName, text, at) ?? "";
  const labels: Record<string, string> = {};
  at += name.length;
  const gap = /\s*/y;
  const skip = (): void => {
    at += (matchAt(gap, text, at) ?? "").length;
  };
  const readQuoted = (what: string): string => {
    const whole = matchAt(quotedText, text, at);
    if (whole === undefined) throw new LineProblem(at, `${what} has to stand in double quotes`);
    at += whole.length;
    return unquoted(whole);
  };
  skip();
  if (text[at] === "{") {
    at += 1;
    for (skip(); text[at] !== "}"; skip()) {
      const start = at;
      if (at >= text.length) throw new LineProblem(at, "the labels are never closed: } is missing");
      const isQuoted = text[at] === '"';
      const label = isQuoted ? readQuoted("a name") : (matchAt(bareName, text, at) ?? "");
      if (!isQuoted) at += label.length;
      skip();
      if (text[at] === "=") {
        at += 1;
        skip();
        if (label === "" || Object.hasOwn(labels, label)) {
          throw new LineProblem(start, label === "" ? "a label's name is missing" : `label ${label} comes twice`);
        }
        setOwn(labels, label, readQuoted(`the value of label ${label}`));
      } else if (isQuoted && name === "") name = label;
      else throw new LineProblem(at, `label ${quoted(label)} has no value: write ${label || "name"}="text"`);
      skip();
      if (text[at] === ",") at += 1;
      else if (text[at] !== "}") throw new LineProblem(at, "labels are parted by a comma");
    }
    at += 1;
  }
  if (name === "") throw new LineProblem(0, 'this is no sample: write name{label="text"} 1');
  return { name, labels, ...readNumbers(text, at, name) };
}

function readNumbers(text: string, from: number, name: string): Omit<Sample, "name" | "labels"> {
  // What follows a second # is an exemplar.
  const exemplar = text.indexOf(" # ", from);
  const rest = exemplar < 0 ? text.slice(from) : text.slice(from, exemplar);
  const words = [...rest.matchAll(/\S+/g)];
  const [value, timestamp, third] = words;
  if (!value) throw new LineProblem(from, `${name} has no value`);
  const number = readNumber(value[0]);
  if (number.kind === "none" && third) throw new LineProblem(from + value.index, `${name}: ${number.why}`);
  if (third) throw new LineProblem(from + third.index, `${quoted(third[0])} is one word too many`);
  const [timestampText = "", timestampAt = 0] = timestamp ? [timestamp[0], from + timestamp.index] : [];
  return { value: value[0], valueAt: from + value.index, timestamp: timestampText, timestampAt };
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

/** A text without its quotes and escapes; others as they are. */
function unquoted(text: string): string {
  if (!text.startsWith('"')) return text;
  return text.slice(1, -1).replace(/\\(.)/g, (whole, char: string) => {
    if (char === "n") return "\n";
    return char === '"' || char === "\\" ? char : whole;
  });
}
