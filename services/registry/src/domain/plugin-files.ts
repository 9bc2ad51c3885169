import type { PluginRecord, PluginSpec, Problem } from "@ocelli/model";

/** One file as the parser left it. */
export type PluginFile =
  | { readonly kind: "good"; readonly file: string; readonly spec: PluginSpec }
  /** `name` is what the file calls itself, where that much could be read. */
  | { readonly kind: "bad"; readonly file: string; readonly name: string | undefined; readonly problems: readonly Problem[] };

/** What the plugin directories hold. */
export interface Scan {
  readonly files: readonly PluginFile[];
  /** Directories that are there and could not be read: nothing is known of their files, so nothing is removed. */
  readonly unreadable: readonly string[];
}

/** What the files say of one plugin: at most one good file, and everything wrong with any file of that name. */
export interface Wanted {
  spec: PluginSpec | undefined;
  /** Problems of files that are not `spec`'s. */
  problems: Problem[];
}

/** Groups files by plugin. A name belongs to the file that has it already, else to the first by path; a file that can
 *  no longer be read properly stays with the plugin it was. */
export function byPlugin(files: readonly PluginFile[], records: readonly PluginRecord[]): Map<string, Wanted> {
  const wanted = new Map<string, Wanted>();
  const at = (name: string): Wanted => {
    const found = wanted.get(name) ?? { spec: undefined, problems: [] };
    wanted.set(name, found);
    return found;
  };
  const holders = new Map(records.map((record) => [record.name, specFiles(record)]));
  for (const { file, spec } of inTurn(files, holders)) {
    const plugin = at(spec.name);
    if (!plugin.spec) plugin.spec = spec;
    else
      plugin.problems.push({
        file,
        line: 0,
        message: `the name "${spec.name}" is taken by ${plugin.spec.file}; give one of them another name`,
      });
  }
  const nameByFile = new Map([...holders].flatMap(([name, own]) => own.map((file) => [file, name] as const)));
  for (const bad of [...files].sort(byPath)) {
    if (bad.kind === "good") continue;
    const name = nameByFile.get(bad.file) ?? bad.name ?? nameless(bad.file, wanted, nameByFile);
    at(name).problems.push(...bad.problems);
  }
  return wanted;
}

/** Good files, those that hold their name already first, then by path. */
function inTurn(files: readonly PluginFile[], holders: ReadonlyMap<string, readonly string[]>) {
  const rank = (file: string, name: string): number => {
    const place = holders.get(name)?.indexOf(file) ?? -1;
    return place < 0 ? Number.POSITIVE_INFINITY : place;
  };
  return files
    .filter((file) => file.kind === "good")
    .sort((a, b) => {
      const [first, second] = [rank(a.file, a.spec.name), rank(b.file, b.spec.name)];
      if (first !== second) return first < second ? -1 : 1;
      return byPath(a, b);
    });
}

function byPath(a: PluginFile, b: PluginFile): number {
  return a.file < b.file ? -1 : 1;
}

/** The files of what runs and what wants to run. */
function specFiles(record: PluginRecord): string[] {
  const files = [record.active?.file, record.candidate?.file];
  return [...new Set(files.filter((file) => file !== undefined))];
}

/** All files a record tells of, refused ones included. */
export function filesOf(record: PluginRecord): string[] {
  return [...new Set([...specFiles(record), ...record.problems.map((problem) => problem.file)])];
}

/** What to call a file that says no name: its base name, or its path where a plugin has that name already. */
function nameless(file: string, wanted: ReadonlyMap<string, Wanted>, nameByFile: ReadonlyMap<string, string>): string {
  const base = file.replace(/^.*[\\/]/, "").replace(/\.[^.]*$/, "");
  const taken = wanted.has(base) || [...nameByFile.values()].includes(base);
  return base === "" || taken ? file : base;
}
