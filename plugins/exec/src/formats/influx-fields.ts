import type { Cursor } from "./influx-cursor.js";
import { LineProblem } from "./line-problem.js";
import { quoted, readNumber } from "./numbers.js";

type FieldValue =
  | { readonly kind: "metric"; readonly value: number | bigint }
  | { readonly kind: "text"; readonly text: string };

export interface Field {
  readonly name: string;
  readonly value: FieldValue;
  /** Where it begins in the whole text, from 0. */
  readonly column: number;
}

/** `a=1i,b="text"`, up to a blank or the end of the line. */
export function readFields(cursor: Cursor): Field[] {
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
