import { type Slip, shorten } from "./problem.js";

/** A piece of filter text. `value` is a string's content, or a word; `key` a metadata key in quotes right after a word. */
export interface Token {
  readonly kind: "word" | "string" | "symbol" | "end";
  readonly value: string;
  readonly key?: string;
  readonly offset: number;
  readonly endOffset: number;
}

const space = /\s+/y;
const word = /[\p{L}\p{N}_][\p{L}\p{N}_.:/@-]*/uy;
const symbol = /==|!=|<>|&&|\|\||[=(),!]/y;

/** What people write who come from other languages, and what it is here. */
const foreign: Readonly<Record<string, string>> = { "==": "=", "<>": "!=", "&&": "AND", "||": "OR", "!": "NOT" };
const foreignQuotes: Readonly<Record<string, string>> = { "'": "'", "“": "”", "”": "”", "„": "“", "‘": "’", "`": "`" };

/** Cuts filter text into tokens, the last of kind "end". Goes on behind every problem, so that all are found. */
export function tokenize(text: string): { tokens: Token[]; slips: Slip[] } {
  const tokens: Token[] = [];
  const slips: Slip[] = [];
  const problem = (offset: number, message: string): void => {
    slips.push({ offset, message });
  };
  const take = (pattern: RegExp, offset: number): string => {
    pattern.lastIndex = offset;
    return pattern.exec(text)?.[0] ?? "";
  };
  let at = 0;
  while (at < text.length) {
    const offset = at;
    at += take(space, at).length;
    if (at > offset) continue;
    const char = text[at] ?? "";
    const name = take(word, at);
    if (name !== "") {
      at += name.length;
      const quoted = name.endsWith(".") && text[at] === '"' ? readString(text, at, '"', problem) : undefined;
      at = quoted?.endOffset ?? at;
      tokens.push({ kind: "word", value: name, ...(quoted && { key: quoted.value }), offset, endOffset: at });
    } else if (char === '"') {
      const string = readString(text, at, '"', problem);
      at = string.endOffset;
      tokens.push({ kind: "string", ...string, offset });
    } else if (foreignQuotes[char] !== undefined) {
      const string = readString(text, at, foreignQuotes[char], problem);
      at = string.endOffset;
      problem(offset, `values stand in double quotes: write "${shorten(string.value)}"`);
      tokens.push({ kind: "string", ...string, offset });
    } else {
      const sign = take(symbol, at);
      const ours = foreign[sign];
      at += sign.length || 1 + Number(/[\uD800-\uDBFF]/.test(char));
      if (sign === "") problem(offset, `unexpected ${text.slice(offset, at)}`);
      else if (ours !== undefined) problem(offset, `${sign} is written ${ours}`);
      const value = ours ?? sign;
      const kind = /^[A-Z]/.test(value) ? "word" : "symbol";
      if (sign !== "") tokens.push({ kind, value, offset, endOffset: at });
    }
  }
  tokens.push({ kind: "end", value: "", offset: text.trimEnd().length, endOffset: text.length });
  return { tokens, slips };
}

/** Reads a string whose opening quote is at `start`. One that is never closed reaches to the end of the text. */
function readString(text: string, start: number, quote: string, problem: (offset: number, message: string) => void) {
  let value = "";
  for (let at = start + 1; at < text.length; at += 1) {
    const char = text[at] ?? "";
    if (char === quote) return { value, endOffset: at + 1 };
    const next = text[at + 1];
    if (char !== "\\") value += char;
    else if (next === quote || next === "\\") {
      value += next;
      at += 1;
    } else problem(at, 'a backslash stands before " or \\ only; write \\\\ for one');
  }
  problem(start, `this ${text[start]} is never closed`);
  return { value, endOffset: text.length };
}
