import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { delimiter, extname, join, resolve } from "node:path";
import { OcelliError } from "@ocelli/model";
import { resolveCommand } from "@ocelli/module-host";
import type { Command } from "./launch/module-process.js";

/** What is checked: a module that the kit starts, or one that runs already. */
export type Subject =
  | { readonly kind: "command"; readonly command: Command; readonly title: string; readonly folder: string | undefined }
  | { readonly kind: "endpoint"; readonly target: string; readonly title: string };

/** Reads what a person wrote: the file or folder of a module, a command with arguments in one text, or host:port. Throws
 *  "invalid" with a sentence that says what was looked for. */
export async function readSubject(text: string): Promise<Subject> {
  const path = resolve(text);
  if (text.trim() === "") throw new OcelliError("invalid", nothing);
  if (await exists(path)) return await fromPath(path, text);
  if (/^(\[[0-9a-fA-F:]+\]|[\w.-]+):\d{1,5}$/.test(text)) return { kind: "endpoint", target: text, title: text };
  const [program, ...args] = wordsOf(text);
  if (program === undefined) throw new OcelliError("invalid", nothing);
  if (program.includes("/") || (await exists(resolve(program)))) {
    if (!(await exists(resolve(program)))) throw new OcelliError("invalid", `${resolve(program)} does not exist`);
    const { command, title } = await fromPath(resolve(program), program);
    return asWritten([...command.argv, ...args], `${title} ${args.join(" ")}`.trim(), undefined);
  }
  const found = await onPath(program);
  if (found === undefined) {
    const looked = `there is no file or folder ${path}, and no program ${program} on the PATH`;
    throw new OcelliError("invalid", `${looked}: name a module's file or folder, a command, or host:port`);
  }
  return asWritten([found, ...args], text, undefined);
}

const nothing = "name a module: its file or folder, a command, or host:port";

async function fromPath(path: string, title: string): Promise<Extract<Subject, { kind: "command" }>> {
  const outcome = await resolveCommand(path);
  if (outcome.kind !== "command") throw new OcelliError("invalid", outcome.reason);
  const isFolder = (await stat(path)).isDirectory();
  const { argv, directory } = outcome;
  return { kind: "command", command: { argv, directory }, title, folder: isFolder ? path : resolve(path, "..") };
}

/** A command that was written with its arguments runs where it was written, as in a shell. */
function asWritten(argv: readonly string[], title: string, folder: string | undefined): Subject {
  const [program = "", ...args] = argv;
  const words: readonly [string, ...string[]] = [program, ...args];
  // A script that is an argument of its interpreter tells which folder the module is in.
  const script = args.find((arg) => extname(arg) !== "");
  const at = folder ?? (script === undefined ? undefined : resolve(script, ".."));
  return { kind: "command", command: { argv: words, directory: process.cwd() }, title, folder: at };
}

/** The words of a command line: parted by blanks, kept together by quotes. Nothing else means anything. */
export function wordsOf(text: string): string[] {
  const words = text.match(/(?:[^\s"']+|"[^"]*"|'[^']*')+/g) ?? [];
  return words.map((word) => word.replace(/"([^"]*)"|'([^']*)'/g, (_, double = "", single = "") => double + single));
}

async function onPath(name: string): Promise<string | undefined> {
  for (const folder of (process.env["PATH"] ?? "/usr/bin:/bin").split(delimiter)) {
    const path = join(folder, name);
    const isThere = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (folder !== "" && isThere && (await stat(path)).isFile()) return path;
  }
  return undefined;
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
