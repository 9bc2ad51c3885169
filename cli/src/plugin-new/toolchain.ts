import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { messageOf } from "@ocelli/model";
import type { Language } from "./languages.js";

const answerMs = 10_000;

/** What is missing on this machine to run a project of a language, as a sentence; undefined where nothing is. */
export async function toolProblem({ tool, title }: Language): Promise<string | undefined> {
  const [program, ...args] = tool.argv;
  try {
    const { stdout } = await promisify(execFile)(program, args, { timeout: answerMs });
    const found = /\d+(\.\d+)+/.exec(stdout)?.[0];
    if (found !== undefined && isAtLeast(found, tool.least)) return undefined;
    const what = found === undefined ? "does not say its version" : `is version ${found}`;
    return `${title} needs ${program} ${tool.least} or newer, and the one here ${what}: ${tool.get}`;
  } catch (error) {
    const missing = error instanceof Error && "code" in error && error.code === "ENOENT";
    const why = missing ? "is not on the PATH" : `does not run here (${messageOf(error)})`;
    return `${title} needs ${program}, which ${why}: ${tool.get}`;
  }
}

/** Compares versions part by part: 3.10 is newer than 3.9. */
export function isAtLeast(version: string, least: string): boolean {
  const parts = version.split(".").map(Number);
  for (const [i, wanted] of least.split(".").map(Number).entries()) {
    const part = parts[i] ?? 0;
    if (part !== wanted) return part > wanted;
  }
  return true;
}
