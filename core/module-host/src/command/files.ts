import { constants } from "node:fs";
import { access, open, readFile, stat } from "node:fs/promises";
import { delimiter, join } from "node:path";

/** The little that finding a module's command needs of the file system. */
export interface ModuleFiles {
  look(path: string): Promise<"file" | "folder" | "missing">;
  readText(path: string): Promise<string>;
  /** At most the first `bytes` bytes. */
  readHead(path: string, bytes: number): Promise<Uint8Array>;
  canRun(path: string): Promise<boolean>;
}

/** What is known of this machine, as far as starting programs goes. */
export interface Machine {
  /** The node that runs us: the one every JavaScript module is started with. */
  readonly nodePath: string;
  /** The PATH that modules get. */
  readonly searchPath: string;
  /** As in `process.arch`. */
  readonly arch: string;
}

export const nodeFiles: ModuleFiles = {
  async look(path) {
    try {
      const found = await stat(path);
      if (found.isDirectory()) return "folder";
      return found.isFile() ? "file" : "missing";
    } catch {
      return "missing";
    }
  },
  readText: (path) => readFile(path, "utf8"),
  async readHead(path, bytes) {
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read({ buffer: new Uint8Array(bytes), position: 0 });
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  },
  async canRun(path) {
    try {
      await access(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  },
};

export function thisMachine(): Machine {
  return { nodePath: process.execPath, searchPath: process.env["PATH"] ?? "/usr/bin:/bin", arch: process.arch };
}

/** Where `name` is on the search path, or undefined. */
export async function findOnPath(name: string, files: ModuleFiles, machine: Machine): Promise<string | undefined> {
  for (const folder of machine.searchPath.split(delimiter)) {
    if (folder === "") continue;
    const path = join(folder, name);
    if ((await files.look(path)) === "file" && (await files.canRun(path))) return path;
  }
  return undefined;
}
