import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";

/** An absolute path: `~` is the home directory, and a relative path counts from `directory` (the plugin file's).
 *  Throws where the path is relative and there is no directory: the folder a process happens to run in is no answer. */
export function absolutePath(path: string, directory: string | undefined): string {
  if (path === "~" || path.startsWith("~/")) return join(homedir(), path.slice(1));
  if (isAbsolute(path)) return path;
  if (directory === undefined) throw new Error(`the path ${path} has to be absolute here`);
  return resolve(directory, path);
}
