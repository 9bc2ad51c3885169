import { constants } from "node:fs";
import { access, open, stat } from "node:fs/promises";
import { basename, delimiter, join } from "node:path";
import { absolutePath } from "@ocelli/plugin-sdk";

export type FoundProgram =
  | { readonly kind: "program"; readonly path: string }
  | { readonly kind: "none"; readonly summary: string; readonly detail: string };

/** Where programs are looked for, and what modules get as PATH where nothing is said. */
function searchPath(): string {
  return process.env["PATH"] || "/usr/local/bin:/usr/bin:/bin";
}

/** Finds the program that a command names and looks whether it can be started: the system's own answer ("no such file") is
 *  the same for a missing script and a missing interpreter. A name with a slash counts from `directory`. */
export async function findProgram(name: string, directory: string | undefined): Promise<FoundProgram> {
  if (name === "") return none("the command is empty", "name a program, such as /usr/lib/nagios/plugins/check_load");
  if (!name.includes("/") && name !== "~") {
    const path = await onPath(name);
    if (path === undefined) {
      return none(
        `${name} is not on the PATH (${searchPath()})`,
        `install it, or write its path: ./${name} is the one in the plugin file's folder`,
      );
    }
    return looked(path);
  }
  let path: string;
  try {
    path = absolutePath(name, directory);
  } catch (error) {
    return none(error instanceof Error ? error.message : String(error), "write the whole path of the program");
  }
  return looked(path);
}

async function looked(path: string): Promise<FoundProgram> {
  const found = await stat(path).catch(() => undefined);
  if (!found)
    return none(`${path} does not exist`, "a path without / at its beginning counts from the plugin file's folder");
  if (!found.isFile()) return none(`${path} is not a file`, "name the program itself");
  if (!(await canRun(path))) return none(`${path} is not executable`, `run chmod +x ${path}`);
  const head = await headOf(path);
  if (!head) return { kind: "program", path }; // One may run what one cannot read.
  return (await headProblem(path, head)) ?? { kind: "program", path };
}

async function headProblem(path: string, head: Uint8Array): Promise<FoundProgram | undefined> {
  if (startsWith(head, [0x7f, 0x45, 0x4c, 0x46])) return architectureProblem(path, head);
  if (startsWith(head, [0x4d, 0x5a])) return none(`${path} is a Windows program`, "name one that runs on this system");
  if (!startsWith(head, [0x23, 0x21])) {
    const text = head.every((byte) => byte !== 0);
    return text
      ? none(
          `${path} does not say what runs it`,
          "begin it with a line such as #!/bin/sh, or name the interpreter first, as in python3 ./check.py",
        )
      : undefined; // Some other system's format: its loader knows.
  }
  const [line = ""] = new TextDecoder().decode(head).slice(2).split("\n", 1);
  const [interpreter = "", ...words] = line.trim().split(/\s+/);
  if (line.endsWith("\r")) {
    return none(
      `the first line of ${path} ends in a carriage return, so that its interpreter is not found`,
      "save it with Unix line ends",
    );
  }
  const missing = (name: string, where: string): FoundProgram =>
    none(`the interpreter of ${path}, ${name}, is not ${where}`, "install it, or correct the first line of the script");
  if (!(await stat(interpreter).catch(() => undefined))?.isFile()) return missing(interpreter, "on this machine");
  if (basename(interpreter) !== "env") return undefined;
  const name = words.find((word) => !word.startsWith("-") && !word.includes("="));
  return name === undefined || (await onPath(name)) !== undefined ? undefined : missing(name, "on the PATH");
}

/** ELF `e_machine`, by `process.arch`. <https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html> */
const elfMachines: Readonly<Record<string, readonly number[]>> = {
  x64: [62, 3],
  arm64: [183, 40],
  ia32: [3],
  arm: [40],
};

function architectureProblem(path: string, head: Uint8Array): FoundProgram | undefined {
  const known = elfMachines[process.arch];
  const machine = (head[5] === 2 ? head[19] : head[18]) ?? 0;
  if (head.length < 20 || known === undefined || known.includes(machine)) return undefined;
  return none(
    `${path} is built for another kind of machine than this (${process.arch})`,
    `build it for ${process.arch}`,
  );
}

async function onPath(name: string): Promise<string | undefined> {
  for (const folder of searchPath().split(delimiter)) {
    if (folder === "") continue;
    const path = join(folder, name);
    if ((await stat(path).catch(() => undefined))?.isFile() && (await canRun(path))) return path;
  }
  return undefined;
}

async function canRun(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

async function headOf(path: string): Promise<Uint8Array | undefined> {
  try {
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read({ buffer: new Uint8Array(256), position: 0 });
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  } catch {
    return undefined;
  }
}

function startsWith(bytes: Uint8Array, prefix: readonly number[]): boolean {
  return prefix.every((byte, i) => bytes[i] === byte);
}

function none(summary: string, detail: string): FoundProgram {
  return { kind: "none", summary, detail };
}
