import { counter, gauge, type MetricValue, nearest } from "@ocelli/plugin-sdk";
import { parse as parseExactly } from "lossless-json";
import { type FaultNote, readFault } from "./fault-note.js";
import { GroupBook, type Parsed } from "./group-book.js";
import { safeName, setOwn } from "./names.js";
import { quoted } from "./numbers.js";

export interface JsonLinesOutput extends Parsed {
  /** What the program itself says is wrong. */
  readonly fault: FaultNote | undefined;
}

type JsonObject = Readonly<Record<string, unknown>>;

const groupKeys = ["name", "dimensions", "metrics", "at_ms"];

/** Reads one JSON object a line: a metric group `{"name": "cpu", "dimensions": {"cpu_no": "0"}, "metrics": {"used_percent":
 *  1.5, "ticks_total": {"type": "counter", "value": 12}}, "at_ms": 1700000000000}`, or `{"fault": {"status": "timeout",
 *  "message": "…"}}`. A bare number is a gauge. */
export function parseJsonLines(output: string): JsonLinesOutput {
  const book = new GroupBook();
  let fault: FaultNote | undefined;
  for (const [i, raw] of output.split("\n").entries()) {
    if (raw.trim() === "") continue;
    const line = i + 1;
    const problem = (message: string, column = 1): void => book.problem({ line, column, message });
    const parsed = parseLine(raw);
    if (parsed.kind === "none") problem(parsed.why, parsed.column);
    else if (Object.hasOwn(parsed.value, "fault")) {
      const read = readFault(parsed.value["fault"]);
      if (typeof read === "string") problem(read);
      else fault ??= read;
    } else readGroup(parsed.value, line, book, problem);
  }
  return { ...book.done(), fault };
}

type LineOutcome =
  | { readonly kind: "object"; readonly value: JsonObject }
  | { readonly kind: "none"; readonly why: string; readonly column: number };

/** Whole numbers of 16 digits and more may be beyond what a double holds exactly; the reader that keeps them, and that can
 *  say where a mistake is, is slower. */
const mayNeedExactness = /\d{16}/;

function parseLine(raw: string): LineOutcome {
  let value: unknown;
  try {
    value = mayNeedExactness.test(raw) ? exactly(raw) : JSON.parse(raw);
  } catch {
    try {
      value = exactly(raw);
    } catch (error) {
      return mistake(raw, error);
    }
  }
  if (isObject(value)) return { kind: "object", value };
  return {
    kind: "none",
    why: `a line is a JSON object, such as {"name": "cpu", "metrics": {"used_percent": 1.5}}`,
    column: 1,
  };
}

function exactly(raw: string): unknown {
  return parseExactly(raw, undefined, (text) => {
    const value = Number(text);
    return Number.isInteger(value) && !Number.isSafeInteger(value) && /^-?\d+$/.test(text) ? BigInt(text) : value;
  });
}

function mistake(raw: string, error: unknown): LineOutcome {
  const message = error instanceof Error ? error.message : String(error);
  const at = Number(/ at position (\d+)/.exec(message)?.[1] ?? 0);
  const [name] = /^-?(NaN|Infinity)\b/i.exec(raw.slice(raw[at - 1] === "-" ? at - 1 : at)) ?? [];
  if (name !== undefined) {
    return { kind: "none", why: `${name} is not a value: leave out what was not measured`, column: at + 1 };
  }
  return { kind: "none", why: `this is no JSON: ${message.replace(/ at position \d+.*/s, "")}`, column: at + 1 };
}

function readGroup(
  value: JsonObject,
  line: number,
  book: GroupBook,
  problem: (message: string, column?: number) => void,
): void {
  const { name, dimensions = {}, metrics, at_ms } = value;
  const atMs = typeof at_ms === "number" ? at_ms : undefined;
  for (const key of Object.keys(value)) {
    if (groupKeys.includes(key)) continue;
    const near = nearest(key, groupKeys);
    problem(
      `unknown key ${quoted(key)}: ${near === undefined ? `known are ${groupKeys.join(", ")}` : `did you mean ${near}?`}`,
    );
  }
  const wrong = shapeProblem(value);
  if (wrong !== undefined || typeof name !== "string" || !isObject(dimensions) || !isObject(metrics)) {
    problem(wrong ?? "this is no metric group");
    return;
  }
  const texts: Record<string, string> = {};
  for (const [key, text] of Object.entries(dimensions)) {
    if (!["string", "number", "bigint", "boolean"].includes(typeof text))
      problem(`dimension ${key} of ${name} is text`);
    else setOwn(texts, safeName(key), String(text));
  }
  for (const [key, one] of Object.entries(metrics)) {
    const metric = metricOf(one);
    if (typeof metric === "string") problem(`metric ${key} of ${name} ${metric}`);
    else book.add({ name, dimensions: texts, atMs }, safeName(key), metric, { line, column: 1 });
  }
}

/** What is wrong with the members of a group; undefined where nothing is. */
function shapeProblem({ name, dimensions = {}, metrics, at_ms: atMs }: JsonObject): string | undefined {
  if (typeof name !== "string" || name === "") return `"name" is the name of the group, as text`;
  if (!isObject(dimensions)) return `"dimensions" of ${name} are an object of texts`;
  if (!isObject(metrics)) return `"metrics" of ${name} are an object of numbers`;
  const isInstant = typeof atMs === "number" && Number.isInteger(atMs) && atMs >= 0;
  return atMs === undefined || isInstant ? undefined : `"at_ms" of ${name} is a whole number of epoch ms`;
}

/** The metric, or what is wrong with it. */
function metricOf(given: unknown): MetricValue | string {
  const isTyped = isObject(given);
  const type = isTyped ? (given["type"] ?? "gauge") : "gauge";
  const value = isTyped ? given["value"] : given;
  if (type !== "gauge" && type !== "counter") return `has the type ${quoted(String(type))}: gauge or counter`;
  const number = typeof value === "string" && /^-?\d{1,40}$/.test(value) ? BigInt(value) : value;
  if (typeof number !== "bigint" && (typeof number !== "number" || !Number.isFinite(number))) {
    return `is no number: leave out what was not measured`;
  }
  if (type === "gauge") return gauge(number);
  return number < 0 ? "is a counter and cannot be negative" : counter(number);
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
