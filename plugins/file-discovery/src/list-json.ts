import { placeOf, scanJson } from "./json-text.js";
import { isRecord, kindOf, type Listed, wholeText } from "./parsed.js";

/** The elements of a JSON list, or of the list under the key `resources` of an object, each with its line. */
export function listJson(text: string): Listed {
  const scan = scanJson(text);
  if (scan.kind === "bad") return { kind: "unreadable", place: placeOf(text, scan.offset), reason: scan.reason };
  const value: unknown = JSON.parse(text);
  const list = isRecord(value) ? value["resources"] : value;
  if (!Array.isArray(list)) {
    return { kind: "unreadable", place: wholeText, reason: `a list is expected, this is ${kindOf(value)}` };
  }
  const lines = linesAt(text, scan.elements);
  return { kind: "list", values: list.map((entry: unknown, index) => ({ value: entry, line: lines[index] ?? 0 })) };
}

/** Lines of ascending offsets, in one pass over the text. */
function linesAt(text: string, offsets: readonly number[]): number[] {
  let line = 1;
  let seen = 0;
  return offsets.map((offset) => {
    for (let at = text.indexOf("\n", seen); at !== -1 && at < offset; at = text.indexOf("\n", at + 1)) line += 1;
    seen = offset;
    return line;
  });
}
