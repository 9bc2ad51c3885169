import { readdir } from "node:fs/promises";
import { homedir } from "node:os";
import { isAbsolute, join, parse, resolve, sep } from "node:path";

export type FilesFound =
  | { readonly kind: "files"; readonly files: readonly string[] }
  | { readonly kind: "nothing"; readonly reason: string };

/** An absolute path: `~` is the home directory, and a relative path counts from `directory` (the plugin file's).
 *  Undefined where the path is relative and there is no directory. */
export function absolutePath(path: string, directory: string | undefined): string | undefined {
  if (path === "~" || path.startsWith("~/")) return join(homedir(), path.slice(1));
  if (isAbsolute(path)) return path;
  return directory === undefined ? undefined : resolve(directory, path);
}

/** The files that a path means. `*` and `?` match within one name, and never a leading dot. A path without them is
 *  taken as it is, whether there is such a file or not; a pattern that matches nothing is a reason, not an empty list. */
export async function findFiles(path: string): Promise<FilesFound> {
  if (!/[*?]/.test(path)) return { kind: "files", files: [path] };
  const { root } = parse(path);
  const parts = path
    .slice(root.length)
    .split(sep)
    .filter((part) => part !== "");
  let found = [root];
  try {
    for (const [index, part] of parts.entries()) {
      const pattern = /[*?]/.test(part) ? patternOf(part) : undefined;
      const next: string[] = [];
      for (const folder of found) {
        if (pattern) next.push(...(await matching(folder, pattern, index === parts.length - 1)));
        else next.push(join(folder, part));
      }
      found = next;
    }
  } catch (error) {
    return { kind: "nothing", reason: error instanceof Error ? error.message : String(error) };
  }
  if (found.length === 0) return { kind: "nothing", reason: "no file matches" };
  return { kind: "files", files: found.sort() };
}

function patternOf(part: string): RegExp {
  const source = part
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", "[^/]*")
    .replaceAll("?", "[^/]");
  return new RegExp(`^${part.startsWith(".") ? "" : "(?!\\.)"}${source}$`, "u");
}

/** A folder that may not be read throws: what it holds would otherwise look as if it were gone. */
async function matching(folder: string, pattern: RegExp, wantFiles: boolean): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return [];
    throw error;
  });
  return entries
    .filter((entry) => pattern.test(entry.name) && (entry.isSymbolicLink() || entry.isFile() === wantFiles))
    .map((entry) => join(folder, entry.name));
}
