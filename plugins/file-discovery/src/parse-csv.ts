import { CsvError, type Info, parse } from "csv-parse/sync";
import { type Defaults, judgeEntry, type TextField, textFields } from "./entry.js";
import { type Parsed, type ParsedEntry, wholeText } from "./parsed.js";

/** What a column holds. */
type Column =
  | { readonly kind: "field"; readonly field: TextField }
  | { readonly kind: "fact"; readonly key: string }
  | { readonly kind: "parents" | "ttl" | "ignored" };

/** Rows under a header line. Columns that are no field of a resource become metadata, with or without the prefix
 *  `metadata.`; several parents are parted by `;`. Lines that begin with `#` are left out. */
export function parseCsv(text: string, defaults: Defaults): Parsed {
  let rows: { readonly record: readonly string[]; readonly info: Info }[];
  try {
    rows = parse(text, {
      delimiter: delimiterOf(text),
      comment: "#",
      comment_no_infix: true,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
    }) as unknown as typeof rows;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = typeof error["lines"] === "number" ? error["lines"] : 0;
    return { kind: "unreadable", place: { line, column: 0 }, reason: error.message };
  }
  const [header, ...body] = rows;
  if (!header) return { kind: "unreadable", place: wholeText, reason: "there is no header line" };
  const columns = header.record.map(columnOf);
  const twice = header.record.find((name, index) => header.record.indexOf(name) !== index);
  if (twice !== undefined)
    return unreadableHeader(header.info.lines, `the column ${JSON.stringify(twice)} stands twice`);
  if (!columns.some((column) => column.kind === "field" && column.field === "id")) {
    return unreadableHeader(header.info.lines, "the header line has no column id");
  }
  return {
    kind: "entries",
    entries: body.map(({ record, info }) => judgeRow(columns, record, info.lines, defaults)),
  };
}

function unreadableHeader(line: number, reason: string): Parsed {
  return { kind: "unreadable", place: { line, column: 1 }, reason };
}

function judgeRow(
  columns: readonly Column[],
  record: readonly string[],
  line: number,
  defaults: Defaults,
): ParsedEntry {
  const fields: Partial<Record<TextField, string>> = {};
  const metadata = new Map<string, string>();
  const rest: { parents?: readonly string[]; ttl?: string } = {};
  if (record.length !== columns.length) {
    return { kind: "bad", line, reason: `it has ${record.length} columns, the header has ${columns.length}` };
  }
  for (const [index, column] of columns.entries()) {
    const cell = record[index] ?? "";
    if (cell === "") continue;
    if (column.kind === "field") fields[column.field] = cell;
    else if (column.kind === "fact") metadata.set(column.key, cell);
    else if (column.kind === "ttl") rest.ttl = cell;
    else if (column.kind === "parents") rest.parents = cell.split(";").map((parent) => parent.trim());
  }
  return { line, ...judgeEntry(fields, metadata, rest, defaults) };
}

function columnOf(name: string): Column {
  const key = name.toLowerCase().replace(/^resource_/, "");
  const field = textFields.find((candidate) => candidate === key);
  if (field) return { kind: "field", field };
  if (key === "parents") return { kind: "parents" };
  if (key === "ttl" || key === "ttl_s") return { kind: "ttl" };
  if (key === "plugin" || key === "creation_timestamp" || key === "") return { kind: "ignored" };
  return { kind: "fact", key: name.replace(/^(resource_)?metadata\./i, "") };
}

/** The one of comma, semicolon and tab that is in the header line most often. */
function delimiterOf(text: string): string {
  const header = text.split(/\r?\n/).find((line) => line.trim() !== "" && !line.startsWith("#")) ?? "";
  const candidates = [",", ";", "\t"].map((char) => ({ char, count: header.split(char).length }));
  return candidates.reduce((best, next) => (next.count > best.count ? next : best)).char;
}
