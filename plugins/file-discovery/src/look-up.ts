import type { FoundResource } from "./entry.js";
import { type ParseOptions, parse } from "./parse.js";
import type { ReadText, Unread } from "./read-file.js";

/** A text that says what exists: a file or an address. */
export interface Source {
  /** For people: the path or the URL, without credentials. */
  readonly name: string;
  read(signal: AbortSignal): Promise<ReadText>;
}

/** A path of the settings that means no file. */
export type Missing = { readonly name: string; readonly reason: string };

export type Finding =
  | { readonly kind: "resource"; readonly resource: FoundResource }
  /** Something could not be read, so what is missing may still exist. `where` is a source, with its line where it has one. */
  | { readonly kind: "bad"; readonly where: string; readonly status: Unread["status"]; readonly reason: string };

export type LookedUp =
  | { readonly kind: "found"; readonly findings: readonly Finding[] }
  /** Nothing could be read at all. */
  | { readonly kind: "failed"; readonly status: Unread["status"]; readonly reason: string };

/** At most so many bad entries of one source are named; a sentence tells how many more there are. */
const mostNamed = 50;

/** Everything the sources say. One that cannot be read spoils the answer's completeness and not the other sources;
 *  where none can be read, the whole look-up failed. */
export async function lookUp(
  sources: readonly Source[],
  missing: readonly Missing[],
  options: ParseOptions,
  signal: AbortSignal,
): Promise<LookedUp> {
  const findings: Finding[] = missing.map(({ name, reason }) => ({
    kind: "bad",
    where: name,
    status: "internal",
    reason,
  }));
  const seen = new Map<string, { readonly text: string; readonly where: string }>();
  let readable = 0;
  for (const source of sources) {
    const read = await source.read(signal);
    if (read.kind === "unread") {
      findings.push({ kind: "bad", where: source.name, status: read.status, reason: read.reason });
      continue;
    }
    const parsed = parse(read.text, source.name, options);
    if (parsed.kind === "unreadable") {
      const { line, column } = parsed.place;
      findings.push({ kind: "bad", where: at(source.name, line, column), status: "internal", reason: parsed.reason });
      continue;
    }
    readable += 1;
    findings.push(...limited(source.name, entriesOf(source.name, parsed.entries, seen)));
  }
  if (readable > 0) return { kind: "found", findings };
  const faults = findings.filter((finding) => finding.kind === "bad");
  return {
    kind: "failed",
    status: faults[0]?.status ?? "internal",
    reason: faults.map(({ where, reason }) => `${where}: ${reason}`).join("; ") || "there is no source",
  };
}

/** An entry that says the same as an earlier one is left out; one that says something else of the same id is bad. */
function entriesOf(
  name: string,
  entries: readonly ({ readonly line: number } & (
    | { kind: "resource"; resource: FoundResource }
    | { kind: "bad"; reason: string }
  ))[],
  seen: Map<string, { readonly text: string; readonly where: string }>,
): Finding[] {
  const findings: Finding[] = [];
  for (const entry of entries) {
    const where = at(name, entry.line);
    if (entry.kind === "bad") {
      findings.push({ kind: "bad", where, status: "internal", reason: entry.reason });
      continue;
    }
    const { resource } = entry;
    const text = JSON.stringify(resource);
    const earlier = seen.get(resource.id);
    if (!earlier) {
      seen.set(resource.id, { text, where });
      findings.push({ kind: "resource", resource });
    } else if (earlier.text !== text) {
      const reason = `the id ${JSON.stringify(resource.id)} was already given at ${earlier.where}, which holds`;
      findings.push({ kind: "bad", where, status: "internal", reason });
    }
  }
  return findings;
}

function limited(name: string, findings: readonly Finding[]): Finding[] {
  let bad = 0;
  const kept = findings.filter((finding) => finding.kind === "resource" || ++bad <= mostNamed);
  if (bad > mostNamed) {
    kept.push({ kind: "bad", where: name, status: "internal", reason: `${bad - mostNamed} more entries are bad` });
  }
  return kept;
}

function at(name: string, line: number, column = 0): string {
  if (line === 0) return name;
  return column === 0 ? `${name}:${line}` : `${name}:${line}:${column}`;
}
