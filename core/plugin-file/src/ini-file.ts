import { readIniValue } from "./ini-value.js";

/** One thing that is wrong, by its line; 0 is the file as a whole. */
export interface LineProblem {
  readonly line: number;
  readonly message: string;
}

export interface IniEntry {
  readonly key: string;
  readonly value: string;
  readonly line: number;
  /** The column, from 1, that a place in `value` was written at. */
  columnOf(offset: number): number;
}

export interface IniSection {
  readonly name: string;
  readonly line: number;
  readonly entries: readonly IniEntry[];
}

export interface IniFile {
  /** In the order of the file; one that stands twice is here twice. */
  readonly sections: readonly IniSection[];
  readonly problems: readonly LineProblem[];
}

/** Cuts INI text into sections and entries with their lines. Names keep dots and case and nothing nests; what is no
 *  comment, section or `key = value` is a problem. Messages quote neither a value, which may be a
 *  secret, nor a line that cannot be read, which may go on with one. */
export function readIniFile(text: string): IniFile {
  const sections: { name: string; line: number; entries: IniEntry[] }[] = [];
  const problems: LineProblem[] = [];
  const lines = text.replace(/^\ufeff/, "").split(/\r\n|\r|\n/);
  for (const [index, source] of lines.entries()) {
    const line = index + 1;
    const trimmed = source.trim();
    if (trimmed === "" || /^[;#]/.test(trimmed)) continue;
    if (trimmed.startsWith("[")) {
      const name = /^\[([^[\]]+)\]\s*(?:[;#].*)?$/.exec(trimmed)?.[1]?.trim() ?? "";
      const wrong = name === "" ? "a section is written [name], alone on its line" : forbidden(name);
      if (wrong) problems.push({ line, message: wrong });
      // What follows a broken header is looked at all the same, and belongs to nobody.
      sections.push({ name, line, entries: [] });
      continue;
    }
    const entry = readEntry(source, line);
    const section = sections.at(-1);
    if ("message" in entry) problems.push(entry);
    else if (section) section.entries.push(entry);
    else problems.push({ line, message: `"${entry.key}" stands before any section; begin with [Core]` });
  }
  return { sections: sections.filter(({ name }) => name !== "" && !forbidden(name)), problems };
}

function readEntry(source: string, line: number): IniEntry | LineProblem {
  const equals = source.indexOf("=");
  if (equals < 0) return { line, message: "no = in this line: a line is key = value, and a value ends with its line" };
  const key = source.slice(0, equals).trim();
  if (key === "") return { line, message: "no key before the =" };
  if (/\s/.test(key))
    return { line, message: "no key before the =: a key has no spaces, and a value ends with its line" };
  if (/[;#"'[\]]/.test(key.replace(/\[\]$/, "")))
    return { line, message: "no key before the =: a key has no quotes or brackets" };
  const wrong = forbidden(key);
  if (wrong) return { line, message: wrong };
  const value = readIniValue(source.slice(equals + 1), equals + 2);
  if (value) return { key, value: value.text, line, columnOf: value.columnOf };
  const message = `the value of ${key} is not a string: in double quotes, write \\" for a quote and \\\\ for a backslash`;
  return { line, message };
}

/** A section or key becomes a member of a JSON object, and this name would not. */
function forbidden(name: string): string | undefined {
  return /^__proto__(?:\[\])?$/.test(name) ? `"${name}" cannot be a name` : undefined;
}
