import { existsSync } from "node:fs";
import { readdir, readFile, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { OcelliError } from "@ocelli/model";
import type { FolderItem, PluginFiles } from "./find-files.js";

/** The largest plugin file that is read. What is accepted travels in one message of the broker. */
export const fileMaxBytes = 256 * 1024;

/** The file system of this machine. */
export const nodeFiles: PluginFiles = {
  async list(folder) {
    const items = await readdir(folder, { withFileTypes: true });
    return Promise.all(
      items.map(async (item): Promise<FolderItem> => {
        const entry = item.isSymbolicLink() ? await statOrNothing(join(folder, item.name)) : item;
        return { name: item.name, kind: entry?.isFile() ? "file" : entry?.isDirectory() ? "folder" : "other" };
      }),
    );
  },
  async read(file) {
    const { size } = await stat(file);
    if (size > fileMaxBytes) {
      throw new OcelliError("exhausted", `is ${size} bytes long; at most ${fileMaxBytes} are read`);
    }
    const bytes = await readFile(file);
    try {
      return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    } catch (error) {
      throw new OcelliError("invalid", "is not UTF-8 text", { cause: error });
    }
  },
  realPath: (path) => realpath(path),
  exists: existsSync,
};

async function statOrNothing(path: string) {
  try {
    return await stat(path);
  } catch {
    return undefined;
  }
}
