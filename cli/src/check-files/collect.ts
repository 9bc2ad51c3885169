import { stat } from "node:fs/promises";
import { messageOf, type PluginSpec } from "@ocelli/model";
import { defaultExtensions, nodeFiles, parsePluginFile, readPluginDirectory } from "@ocelli/plugin-file";
import { shownPath } from "../display/path.js";
import { Exit, exitCodes } from "../exit-codes.js";
import { type Finding, findings } from "./finding.js";

export interface Collected {
  /** Files without problems of their own. */
  readonly specs: readonly PluginSpec[];
  /** How many files there were. */
  readonly files: number;
  readonly findings: readonly Finding[];
}

/** Reads plugin files and directories of them. Throws a usage Exit where one does not exist. */
export async function collectFiles(paths: readonly string[]): Promise<Collected> {
  const folders: string[] = [];
  const single: string[] = [];
  for (const path of paths) ((await isFolder(path)) ? folders : single).push(path);
  const { specs, refused, warnings, unreadable } = await readPluginDirectory(folders);
  const found = [
    ...findings(
      "error",
      refused.flatMap(({ problems }) => problems),
    ),
    ...findings("warning", warnings),
  ];
  const collected = { specs: [...specs], files: specs.length + refused.length - unreadable.length, found };
  for (const file of single) await addFile(file, collected);
  if (collected.files === 0) {
    const message = `holds no plugin file: their names end in ${defaultExtensions.join(" or ")}`;
    collected.found.push(...paths.map((path): Finding => ({ severity: "warning", file: path, line: 0, message })));
  }
  return { specs: collected.specs, files: collected.files, findings: collected.found };
}

async function addFile(
  file: string,
  collected: { specs: PluginSpec[]; files: number; found: Finding[] },
): Promise<void> {
  collected.files += 1;
  try {
    const parsed = parsePluginFile(await nodeFiles.read(file), file);
    collected.found.push(...findings("warning", parsed.warnings));
    if (parsed.kind === "ok") collected.specs.push(parsed.spec);
    else collected.found.push(...findings("error", parsed.problems));
  } catch (error) {
    collected.found.push({ severity: "error", file, line: 0, message: `the file ${messageOf(error)}` });
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    throw new Exit(
      exitCodes.usage,
      `${shownPath(path)} does not exist: name a directory of plugin files, or one of them`,
      {
        cause: error,
      },
    );
  }
}
