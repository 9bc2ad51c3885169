import { basename } from "node:path";
import { findOnPath, type Machine, type ModuleFiles } from "./files.js";
import { architectureName, readHeader } from "./program-header.js";

/** Why a file cannot run by itself, as a sentence; undefined where it can. Looks before the kernel does, whose answer
 *  ("no such file") is the same for a missing script and for a missing interpreter. */
export async function programProblem(path: string, files: ModuleFiles, machine: Machine): Promise<string | undefined> {
  if (!(await files.canRun(path))) return `${path} is not executable: run chmod +x ${path}`;
  const header = readHeader(await files.readHead(path, 256));
  switch (header.kind) {
    case "elf":
      return architectureProblem(path, architectureName(header.machine), machine);
    case "foreign":
      return `${path} is a ${header.system} program, which does not run on this system`;
    case "unknown":
      return `${path} is neither a program nor a script with an interpreter: begin it with a line such as #!/usr/bin/env python3`;
    case "script":
      if (header.crlf) {
        return `the first line of ${path} ends in a carriage return, so its interpreter is not found: save it with Unix line ends`;
      }
      return interpreterProblem(path, header.interpreter, header.words, files, machine);
  }
}

function architectureProblem(path: string, built: string, machine: Machine): string | undefined {
  const runs = machine.arch === built || (machine.arch === "x64" && built === "ia32");
  return runs
    ? undefined
    : `${path} is built for ${built}, and this machine is ${machine.arch}: build it for ${machine.arch}`;
}

async function interpreterProblem(
  path: string,
  interpreter: string,
  words: readonly string[],
  files: ModuleFiles,
  machine: Machine,
): Promise<string | undefined> {
  const missing = (name: string, where: string): string =>
    `the interpreter of ${path}, ${name}, is not ${where}: install it or correct the first line`;
  if ((await files.look(interpreter)) !== "file") return missing(interpreter, "on this machine");
  if (basename(interpreter) !== "env") return undefined;
  const name = words.find((word) => !word.startsWith("-") && !word.includes("="));
  if (name === undefined || (await findOnPath(name, files, machine)) !== undefined) return undefined;
  return missing(name, "on the PATH");
}
