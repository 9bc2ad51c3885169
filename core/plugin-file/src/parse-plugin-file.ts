import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { PluginSpec, Problem } from "@ocelli/model";
import { type LineProblem, readIniFile } from "./ini-file.js";
import type { ModuleCheck } from "./module-path.js";
import { ownKeys } from "./own-names.js";
import { readCore } from "./read-core.js";
import { readMain, readPreload } from "./read-main.js";
import { OwnReader } from "./read-own.js";
import { clearSecrets, referenceProblems } from "./references.js";
import { type SortedSections, sortSections } from "./sort-sections.js";

/** How many problems of one file are told. */
const problemsMax = 50;

export type ParsedPluginFile =
  | {
      readonly kind: "ok";
      readonly spec: PluginSpec;
      readonly nameLine: number;
      /** What is taken, but better changed. */
      readonly warnings: readonly Problem[];
    }
  | {
      readonly kind: "bad";
      /** Undefined where the file has no name that can be read. */
      readonly name: string | undefined;
      readonly nameLine: number;
      /** Everything that is wrong, in the order of the file; at least one. */
      readonly problems: readonly Problem[];
      readonly warnings: readonly Problem[];
    };

/** Reads the text of a plugin file. Either all of it can be used, or nothing is and every problem is told with its line. */
export function parsePluginFile(text: string, path: string, options: Partial<ModuleCheck> = {}): ParsedPluginFile {
  const file = resolve(path);
  const ini = readIniFile(text);
  const sorted = sortSections(ini.sections);
  const reader = new OwnReader(sorted.own);
  const core = readCore(reader, file, { exists: existsSync, checkModule: true, ...options });
  const main = readMain(reader);
  const preload = readPreload(reader);
  const inFile = (problem: LineProblem): Problem => ({ file, ...problem });
  const warnings = clearSecrets(sorted.settings).map(inFile);
  const found = [...ini.problems, ...sorted.problems, ...reader.problems, ...referenceProblems(sorted.settings)];
  const { name, nameLine, module, service } = core;
  const { frequencyMs, ...rest } = main;
  if (found.length > 0 || name === undefined || module === undefined || frequencyMs === undefined) {
    const problems = found.toSorted((a, b) => a.line - b.line).slice(0, problemsMax);
    if (found.length > problemsMax)
      problems.push({ line: 0, message: `and ${found.length - problemsMax} more problems` });
    return { kind: "bad", name, nameLine, problems: problems.map(inFile), warnings };
  }
  const documentation = readDocumentation(sorted);
  const body = { name, module, service, frequencyMs, ...rest, preload, documentation, settings: sorted.settings };
  return { kind: "ok", spec: { ...body, file, revision: revisionOf(body) }, nameLine, warnings };
}

function readDocumentation({ own }: SortedSections): Record<string, string> {
  const entries = own.get("Documentation")?.entries;
  return Object.fromEntries(
    ownKeys.Documentation.flatMap((key) => {
      const value = entries?.get(key)?.value;
      return value === undefined ? [] : [[key, value]];
    }),
  );
}

/** A short hash of what the file says. Comments, blank lines, line ends and the place of a line do not change it. */
function revisionOf({ settings, ...spec }: Omit<PluginSpec, "file" | "revision">): string {
  const said = settings.map(({ name, entries }) => [name, entries.map(({ key, value }) => [key, value])]);
  const known = Object.entries(spec).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return createHash("sha256")
    .update(JSON.stringify([known, said]))
    .digest("hex")
    .slice(0, 12);
}
