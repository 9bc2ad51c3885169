import { type Colors, paintOf } from "../display/colors.js";
import { pad, printableLines } from "../display/printable.js";

/** One thing that was looked at. */
export interface Step {
  readonly step: string;
  /** "odd": it works, but its author should know. */
  readonly state: "ok" | "odd" | "bad";
  /** What was seen; may have several lines. */
  readonly seen: string;
  /** What to do about it; empty where nothing is to be done. */
  readonly advice: string;
}

export function ok(step: string, seen: string): Step {
  return { step, state: "ok", seen, advice: "" };
}

export function odd(step: string, seen: string, advice = ""): Step {
  return { step, state: "odd", seen, advice };
}

export function bad(step: string, seen: string, advice: string): Step {
  return { step, state: "bad", seen, advice };
}

/** Of the longest name of a step. */
const nameWidth = "plugin file".length;

/** A step in a line, its further lines and its advice below it. */
export function stepLines({ step, state, seen, advice }: Step, colors: Colors): string[] {
  const margin = " ".repeat(nameWidth + "bad".length + 4);
  const paint = paintOf(state === "bad" ? "failed" : state, colors);
  const [first = "", ...more] = printableLines(seen);
  const below = [...more, ...printableLines(advice).flatMap((line) => (line === "" ? [] : [`→ ${line}`]))];
  return [`${paint(pad(state, 3))}  ${pad(step, nameWidth)}  ${first}`, ...below.map((line) => `${margin}${line}`)];
}
