import type { PluginRecord, PluginSpec, Problem } from "@ocelli/model";

/** One file as the parser left it. */
export type PluginFile =
  /** Good files have different names. */
  | { readonly kind: "good"; readonly spec: PluginSpec }
  /** `name` is what the file calls itself, where that much could be read. The name may be another file's. */
  | { readonly kind: "bad"; readonly file: string; readonly name?: string; readonly problems: readonly Problem[] };

/** What the plugin directories hold. */
export interface Scan {
  readonly files: readonly PluginFile[];
  /** Directories that could not be read: nothing is known of their files, so nothing of them is removed. */
  readonly unreadable: readonly string[];
}

/** What the files say of one plugin: at most one good file, and everything wrong with others of that name. */
export interface Wanted {
  spec: PluginSpec | undefined;
  readonly problems: Problem[];
}

/** Groups files by plugin. A file that can no longer be read properly stays with the plugin it was. */
export function byPlugin(files: readonly PluginFile[], records: readonly PluginRecord[]): Map<string, Wanted> {
  const wanted = new Map<string, Wanted>();
  const at = (name: string): Wanted => {
    const found = wanted.get(name) ?? { spec: undefined, problems: [] };
    wanted.set(name, found);
    return found;
  };
  for (const file of files) if (file.kind === "good") at(file.spec.name).spec = file.spec;
  const nameByFile = new Map(records.flatMap((record) => specFiles(record).map((file) => [file, record.name])));
  const taken = new Set([...wanted.keys(), ...nameByFile.values()]);
  for (const bad of files) {
    if (bad.kind === "good") continue;
    const name = nameByFile.get(bad.file) ?? bad.name ?? nameless(bad.file, taken);
    taken.add(name);
    at(name).problems.push(...bad.problems);
  }
  return wanted;
}

/** The file that each plugin came from, by name. */
export function holdersOf(records: Iterable<PluginRecord>): Map<string, string> {
  return new Map(
    [...records].flatMap((record) =>
      specFiles(record)
        .slice(0, 1)
        .map((file) => [record.name, file]),
    ),
  );
}

/** The files of what runs and of what wants to run. */
function specFiles(record: PluginRecord): string[] {
  return [record.active?.file, record.candidate?.file].filter((file) => file !== undefined);
}

/** All files a record tells of, refused ones included. */
export function filesOf(record: PluginRecord): string[] {
  return [...new Set([...specFiles(record), ...record.problems.map((problem) => problem.file)])];
}

/** What to call a file that says no name: its base name, or its path where that is taken. */
function nameless(file: string, taken: ReadonlySet<string>): string {
  const base = file.replace(/^.*[\\/]/, "").replace(/\.[^.]*$/, "");
  return base === "" || taken.has(base) ? file : base;
}
