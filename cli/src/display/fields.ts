import { pad, printable } from "./printable.js";

/** Names and values, one a line; empty values are left out. `written` values stand as they are, colours and all. */
export function fieldLines(
  fields: Readonly<Record<string, string>>,
  written: Readonly<Record<string, string>> = {},
): string[] {
  const all = Object.entries({ ...fields, ...written }).filter(([, value]) => value !== "");
  const width = Math.max(0, ...all.map(([name]) => name.length));
  return all.map(([name, value]) => `${pad(name, width)}  ${name in written ? value : printable(value)}`);
}
