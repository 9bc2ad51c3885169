import { unsafe } from "ini";

/** The value of one line, as text. */
export interface IniValue {
  readonly text: string;
  /** The column of the line, from 1, that a place in `text` was written at. */
  columnOf(offset: number): number;
}

/** Reads what stands behind the `=` of a line, `column` being where that begins. Undefined where a value in double
 *  quotes is not a string.
 *
 *  A value in double quotes is a string as the `ini` package reads it, with the escapes of JSON. Every other value
 *  is the author's text, where `ini` alone would lose some of it without a word:
 *  - `;` and `#` begin a comment only behind white space and outside double quotes. `ini` cuts `pub#lic` to `pub`,
 *    and a filter at any `;` in its strings.
 *  - A backslash is a backslash, but for `\;` and `\#`. `ini` halves `\\`, which a filter needs.
 *  - `true`, `null` and `'5'` are text, and not a boolean, nothing and a number.
 *  - A value that begins and ends with a quote, but is not one string, keeps both. */
export function readIniValue(raw: string, column: number): IniValue | undefined {
  const single = /^\s*'([^']*)'\s*(?:[;#].*)?$/.exec(raw);
  const body = single ? (single[1] ?? "") : raw.slice(0, commentStart(raw)).trim();
  const bodyColumn = column + (single ? raw.indexOf("'") + 1 : raw.length - raw.trimStart().length);
  if (single) return { text: body, columnOf: (offset) => bodyColumn + offset };
  if (/^"(?:[^"\\]|\\.)*"$/.test(body)) {
    const text: unknown = unsafe(body.replaceAll("\t", "\\t"));
    const inner = body.slice(1, -1);
    if (typeof text !== "string" || text.length > inner.length) return undefined;
    return { text, columnOf: (offset) => bodyColumn + 1 + unitsBefore(inner, /\\u[0-9a-fA-F]{4}|\\.|./gs, offset) };
  }
  const text = body.replace(/\\([;#])/g, "$1");
  return { text, columnOf: (offset) => bodyColumn + unitsBefore(body, /\\[;#]|./gs, offset) };
}

/** How much of `source` makes the first `offset` units of what is read from it, one match of `unit` being one. */
function unitsBefore(source: string, unit: RegExp, offset: number): number {
  let at = 0;
  let left = offset;
  for (const [match] of source.matchAll(unit)) {
    if (left === 0) break;
    left -= 1;
    at += match.length;
  }
  return at;
}

/** Where the comment at the end of a value begins. A quote that is never closed is a sign like any other. */
function commentStart(raw: string): number {
  return findComment(raw, true) ?? findComment(raw, false) ?? raw.length;
}

function findComment(raw: string, mindQuotes: boolean): number | undefined {
  let quoted = false;
  for (let at = 0; at < raw.length; at += 1) {
    const char = raw[at] ?? "";
    if (char === "\\") at += 1;
    else if (char === '"') quoted = mindQuotes && !quoted;
    else if (!quoted && /[;#]/.test(char) && /^\s?$/.test(raw[at - 1] ?? "")) return at;
  }
  return quoted ? undefined : raw.length;
}
