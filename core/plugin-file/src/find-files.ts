import { join } from "node:path";
import { messageOf, OcelliError, type Problem } from "@ocelli/model";

/** What is needed of a file system. Failures are thrown with the `code` of Node, such as ENOENT. */
export interface PluginFiles {
  /** What is in a folder, links followed; "other" for a link to nothing, a pipe and the like. */
  list(folder: string): Promise<readonly FolderItem[]>;
  /** The text of a file. Throws where it is too large or not UTF-8. */
  read(file: string): Promise<string>;
  /** The path without links, so that no folder is read twice. */
  realPath(path: string): Promise<string>;
  exists(path: string): boolean;
}

export interface FolderItem {
  readonly name: string;
  readonly kind: "file" | "folder" | "other";
}

export interface FoundFiles {
  /** By folder in the order given, then by path. */
  readonly files: readonly string[];
  /** Folders that could not be read: what they hold is unknown, and not gone. */
  readonly unreadable: readonly string[];
  readonly problems: readonly Problem[];
}

const foldersMax = 10_000;

/** Finds the files with one of these extensions in folders and all below them, but for dot folders, dot files and
 *  `node_modules`. */
export async function findFiles(
  folders: readonly string[],
  extensions: readonly string[],
  disk: PluginFiles,
): Promise<FoundFiles> {
  const seen = new Set<string>();
  const unreadable: string[] = [];
  const problems: Problem[] = [];
  const wanted = (name: string): boolean =>
    extensions.some((extension) => name.endsWith(extension) && name.length > extension.length);

  const search = async (folder: string, given: boolean): Promise<string[]> => {
    const listed = await listOnce(folder, seen, disk);
    if (listed.kind === "failed" && (given || !isGone(listed.error))) {
      unreadable.push(folder);
      problems.push({ file: folder, line: 0, message: `the folder ${reason(listed.error)}` });
    }
    const items = listed.kind === "ok" ? listed.items.filter(({ name }) => !name.startsWith(".")) : [];
    const files: string[] = [];
    for (const { name, kind } of items.toSorted(byName)) {
      const path = join(folder, name);
      if (kind === "folder" && name !== "node_modules") files.push(...(await search(path, false)));
      else if (kind === "file" && wanted(name)) files.push(path);
      else if (kind === "other" && wanted(name))
        problems.push({ file: path, line: 0, message: "is not a file that can be read" });
    }
    return files;
  };

  const files: string[] = [];
  for (const folder of folders) files.push(...(await search(folder, true)));
  return { files: [...new Set(files)], unreadable, problems };
}

type Listed =
  | { readonly kind: "ok"; readonly items: readonly FolderItem[] }
  /** Listed before, by another path or another of the folders given. */
  | { readonly kind: "seen" }
  | { readonly kind: "failed"; readonly error: unknown };

async function listOnce(folder: string, seen: Set<string>, disk: PluginFiles): Promise<Listed> {
  try {
    const real = await disk.realPath(folder);
    if (seen.has(real)) return { kind: "seen" };
    if (seen.size >= foldersMax) throw new OcelliError("exhausted", `is left out: there are more than ${foldersMax}`);
    seen.add(real);
    return { kind: "ok", items: await disk.list(folder) };
  } catch (error) {
    return { kind: "failed", error };
  }
}

/** Code units, so that the order does not depend on the machine's language. */
function byName(a: FolderItem, b: FolderItem): number {
  return a.name < b.name ? -1 : 1;
}

/** Whether something is no longer there. */
export function isGone(error: unknown): boolean {
  return codeOf(error) === "ENOENT";
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "does not exist",
  ENOTDIR: "is a file",
  EACCES: "may not be read",
  EPERM: "may not be read",
};

/** Why something cannot be read, in words. */
export function reason(error: unknown): string {
  return reasons[codeOf(error)] ?? messageOf(error);
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
