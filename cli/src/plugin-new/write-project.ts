import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm, rmdir, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { messageOf } from "@ocelli/model";
import { Exit, exitCodes } from "../exit-codes.js";
import type { ProjectFile } from "./render-template.js";

/** Why a project cannot be put into a folder, as a sentence; undefined where it can: it is empty, or not there yet. */
export async function folderProblem(folder: string): Promise<string | undefined> {
  try {
    const [first] = await readdir(folder);
    return first === undefined ? undefined : `${folder} is not empty: name another with --dir, or another plugin`;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT") return undefined;
    return code === "ENOTDIR" ? `${folder} is a file: name a folder with --dir` : messageOf(error);
  }
}

/** Writes a project, all of it or nothing: it is made aside and moved to its place when it is whole. */
export async function writeProject(
  folder: string,
  files: readonly ProjectFile[],
  vendor: (projectDir: string) => Promise<void>,
): Promise<void> {
  // Inside a folder that is there: it may be the one the user's shell stands in, which must stay the same.
  const isThere = existsSync(folder);
  const draft = join(isThere ? folder : dirname(folder), `.${basename(folder)}.new-${process.pid}`);
  try {
    await mkdir(draft, { recursive: true });
    for (const { path, bytes, runs } of files) {
      await mkdir(dirname(join(draft, path)), { recursive: true });
      await writeFile(join(draft, path), bytes, { mode: runs ? 0o777 : 0o666 });
    }
    await vendor(draft);
    if (!isThere) return await rename(draft, folder);
    for (const name of await readdir(draft)) await rename(join(draft, name), join(folder, name));
    await rmdir(draft);
  } catch (error) {
    await rm(draft, { recursive: true, force: true }).catch(() => {}); // What stopped the writing is said.
    const isDisk = error instanceof Error && "syscall" in error;
    if (!isDisk) throw error;
    throw new Exit(exitCodes.usage, `${folder} cannot be written: ${messageOf(error)}`, { cause: error });
  }
}
