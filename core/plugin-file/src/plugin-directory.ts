import { resolve } from "node:path";
import type { PluginSpec, Problem } from "@ocelli/model";
import { findFiles, isGone, type PluginFiles, reason } from "./find-files.js";
import { nodeFiles } from "./node-files.js";
import { type ParsedPluginFile, parsePluginFile } from "./parse-plugin-file.js";

export const defaultExtensions: readonly string[] = [".ocelli-plugin", ".panoptes-plugin"];

export interface RefusedFile {
  /** The plugin's name, where the file has one that can be read. */
  readonly name?: string;
  /** A plugin file, or a folder that could not be read. */
  readonly file: string;
  readonly problems: readonly Problem[];
}

export interface PluginDirectory {
  readonly specs: readonly PluginSpec[];
  readonly refused: readonly RefusedFile[];
  /** Secrets in clear and the like, of accepted and refused files. */
  readonly warnings: readonly Problem[];
  /** Folders whose content is unknown. Plugins from files below them are not gone. */
  readonly unreadable: readonly string[];
}

export interface DirectoryOptions {
  /** Whether a module that is not on this machine is a problem; default true. */
  readonly checkModule?: boolean;
  /** The file that each plugin runs from now, by name: of two files with one name, it keeps the name. */
  readonly holders?: ReadonlyMap<string, string>;
}

type Read = ParsedPluginFile & { readonly file: string };

/** Reads all plugin files in these folders and below. Of several files with one name the first is taken, in the order
 *  of `findFiles`; also where that one has problems, so that breaking a file never puts another in its place. */
export async function readPluginDirectory(
  folders: readonly string[],
  extensions: readonly string[] = defaultExtensions,
  disk: PluginFiles = nodeFiles,
  { checkModule = true, holders = new Map() }: DirectoryOptions = {},
): Promise<PluginDirectory> {
  const found = await findFiles(
    folders.map((folder) => resolve(folder)),
    extensions,
    disk,
  );
  const refused: RefusedFile[] = found.problems.map((problem) => ({ file: problem.file, problems: [problem] }));
  const read: Read[] = [];
  for (const file of found.files) {
    const text = await readText(file, disk);
    if (text.kind === "ok") {
      read.push({ file, ...parsePluginFile(text.text, file, { checkModule, exists: (path) => disk.exists(path) }) });
    } else if (text.kind === "failed") {
      refused.push({ file, problems: [{ file, line: 0, message: text.message }] });
    }
  }
  const firsts = firstOfEachName(read, holders);
  const specs: PluginSpec[] = [];
  for (const one of read) {
    const name = nameOf(one);
    const first = name === undefined ? one : (firsts.get(name) ?? one);
    const problems = one.kind === "bad" ? [...one.problems] : [];
    if (first !== one) {
      const message = `the name "${name}" is taken by ${first.file}, line ${first.nameLine}`;
      problems.push({ file: one.file, line: one.nameLine, message });
    }
    if (problems.length > 0) {
      const sorted = problems.toSorted((a, b) => a.line - b.line);
      refused.push({ ...(name !== undefined && { name }), file: one.file, problems: sorted });
    } else if (one.kind === "ok") specs.push(one.spec);
  }
  return { specs, refused, warnings: read.flatMap(({ warnings }) => warnings), unreadable: found.unreadable };
}

function nameOf(read: Read): string | undefined {
  return read.kind === "ok" ? read.spec.name : read.name;
}

function firstOfEachName(read: readonly Read[], holders: ReadonlyMap<string, string>): Map<string, Read> {
  const firsts = new Map<string, Read>();
  for (const one of read) {
    const name = nameOf(one);
    if (name !== undefined && (!firsts.has(name) || holders.get(name) === one.file)) firsts.set(name, one);
  }
  return firsts;
}

type Text =
  | { readonly kind: "ok"; readonly text: string }
  | { readonly kind: "failed"; readonly message: string }
  /** Removed since it was found. */
  | { readonly kind: "gone" };

async function readText(file: string, disk: PluginFiles): Promise<Text> {
  try {
    return { kind: "ok", text: await disk.read(file) };
  } catch (error) {
    return isGone(error) ? { kind: "gone" } : { kind: "failed", message: `the file ${reason(error)}` };
  }
}
