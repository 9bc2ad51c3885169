import { basename, dirname, extname, join, relative } from "node:path";
import { findOnPath, type Machine, type ModuleFiles, nodeFiles, thisMachine } from "./files.js";
import { folderEntry } from "./folder-entry.js";
import { programProblem } from "./program-check.js";
import { pythonFor } from "./python.js";

/** How to start a module, or a sentence that says why it cannot be started and what to do. */
export type CommandOutcome =
  | { readonly kind: "command"; readonly argv: readonly [string, ...string[]]; readonly directory: string }
  /** The path does not exist on this machine: another agent may have it. */
  | { readonly kind: "absent"; readonly reason: string }
  | { readonly kind: "unusable"; readonly reason: string };

/** The command of a module file or folder. A folder says it itself, by `module.json`, by `main` in `package.json`, or
 *  by a file named main. JavaScript runs with the node that runs us, Python with that of the virtual environment beside it
 *  (`.venv`), else with the python3 on PATH. */
export async function resolveCommand(
  modulePath: string,
  files: ModuleFiles = nodeFiles,
  machine: Machine = thisMachine(),
): Promise<CommandOutcome> {
  const kind = await files.look(modulePath);
  if (kind === "missing") return { kind: "absent", reason: `${modulePath} does not exist on this machine` };
  if (kind === "file") return fileCommand(modulePath, dirname(modulePath), files, machine);
  const entry = await folderEntry(modulePath, files);
  switch (entry.kind) {
    case "unusable":
      return entry;
    case "file":
      return fileCommand(entry.path, modulePath, files, machine);
    case "command":
      return givenCommand(entry.argv, modulePath, files, machine);
  }
}

async function fileCommand(
  path: string,
  directory: string,
  files: ModuleFiles,
  machine: Machine,
): Promise<CommandOutcome> {
  switch (extname(path)) {
    case ".js":
    case ".mjs":
    case ".cjs":
      return { kind: "command", argv: [machine.nodePath, path], directory };
    case ".py": {
      const python = await pythonFor(path, files, machine);
      return python.kind === "python"
        ? { kind: "command", argv: [python.path, path], directory }
        : unusable(python.reason);
    }
    case ".ts":
    case ".mts":
      return unusable(
        `${path} is TypeScript source, which is not run as it is: build it, and name the JavaScript file or the folder whose package.json has it as "main"`,
      );
  }
  const problem = await programProblem(path, files, machine);
  return problem === undefined ? { kind: "command", argv: [path], directory } : unusable(problem);
}

async function givenCommand(
  argv: readonly [string, ...string[]],
  directory: string,
  files: ModuleFiles,
  machine: Machine,
): Promise<CommandOutcome> {
  const [program, ...rest] = argv;
  if (!program.includes("/")) {
    const found = await findOnPath(program, files, machine);
    if (found !== undefined) return { kind: "command", argv: [found, ...rest], directory };
    if (program === "node") return { kind: "command", argv: [machine.nodePath, ...rest], directory };
    return unusable(`${program}, which module.json of ${directory} names, is not on the PATH: install it`);
  }
  if ((await files.look(program)) !== "file") {
    if ((await files.look(join(directory, "go.mod"))) === "file") {
      const output = relative(directory, program);
      return unusable(
        `${program}, which module.json of ${directory} names, is not built: run go build -o ${output} . there`,
      );
    }
    return unusable(`${program}, which module.json of ${directory} names, is not a file: correct "command"`);
  }
  const problem = await programProblem(program, files, machine);
  return problem === undefined ? { kind: "command", argv, directory } : unusable(problem);
}

function unusable(reason: string): CommandOutcome {
  return { kind: "unusable", reason };
}

/** A short name for a module path, for logs: `snmp-interface` of `/x/snmp-interface/dist/main.js`. */
export function moduleTitle(modulePath: string): string {
  const base = basename(modulePath);
  return /^main(\.\w+)?$/.test(base) ? basename(dirname(modulePath)) : base;
}
