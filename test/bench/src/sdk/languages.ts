import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { messageOf } from "@ocelli/model";
import { pythonForTests } from "@ocelli/test-kit";
import { findProgram } from "../processes/find-program.js";
import { Dishonest, type RowContext } from "../row.js";
import type { Command } from "./subject.js";

/** A language, or a bridge, whose modules are measured beside a bare server. */
export interface Language {
  /** Its rows begin with `sdk-<name>`. */
  readonly name: string;
  /** Makes the two programs ready, or throws Dishonest with the reason why this machine cannot. */
  prepare(context: RowContext): Promise<Programs>;
}

export interface Programs {
  /** A module that answers each resource with what the echo answers. */
  readonly module: Command;
  /** An object of sections; none where it is left out. */
  readonly settings?: object;
  /** A server of generated stubs alone in the same language: it gets its address as last argument, and ends with its stdin. */
  readonly echo: Command;
  readonly note?: string;
}

/** Every language and bridge: a new one is one entry here, and a module and an echo. */
export const languages: readonly Language[] = [
  {
    name: "typescript",
    prepare: async () => ({ module: nodeProgram("modules/typescript"), echo: nodeProgram("echo/typescript") }),
  },
  {
    name: "python",
    async prepare() {
      const found = await pythonForTests();
      if (found.kind === "missing") throw new Dishonest(found.reason);
      const program = (file: string): Command => ({ program: found.python, args: [source(`python/${file}.py`)] });
      return { module: program("module"), echo: program("echo") };
    },
  },
  {
    name: "go",
    async prepare(context) {
      const go = await findProgram("go", "install Go 1.24 or newer: https://go.dev/dl");
      return { module: await goProgram(go, "module", context), echo: await goProgram(go, "echo", context) };
    },
  },
  execBridge("exec-kept", "kept", `${process.execPath} ${source("exec/kept.mjs")}`),
  execBridge("exec-per-run", "per_run", source("exec/once.sh")),
];

/** What lies beside the sources and is not compiled with them. */
function source(file: string): string {
  return fileURLToPath(new URL(`../../src/sdk/${file}`, import.meta.url));
}

function nodeProgram(file: string): Command {
  return { program: process.execPath, args: [fileURLToPath(new URL(`./${file}.js`, import.meta.url))] };
}

const buildWithinMs = 300_000;

async function goProgram(go: string, name: string, { workDir, signal }: RowContext): Promise<Command> {
  const program = join(workDir, `go-${name}`);
  try {
    const options = { cwd: source("go"), signal, timeout: buildWithinMs };
    await promisify(execFile)(go, ["build", "-mod=mod", "-o", program, `./${name}`], options);
  } catch (error) {
    signal.throwIfAborted();
    throw new Dishonest(`the Go ${name} could not be built: ${messageOf(error).split("\n").slice(0, 3).join(" ")}`);
  }
  return { program, args: [] };
}

function execBridge(name: string, mode: string, command: string): Language {
  const main = fileURLToPath(new URL("../../../../plugins/exec/dist/main.js", import.meta.url));
  return {
    name,
    async prepare() {
      if (!existsSync(main)) throw new Dishonest("plugins/exec is not built: npm run build");
      return {
        module: { program: process.execPath, args: [main] },
        settings: { exec: { command, format: "jsonl", mode } },
        echo: nodeProgram("echo/typescript"),
        note: "the echo is the TypeScript one; the CPU and the memory of the programs it runs are counted",
      };
    },
  };
}
