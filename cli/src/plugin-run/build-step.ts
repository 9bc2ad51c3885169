import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";

/** How a module that does not run from its sources is built. */
export interface BuildStep {
  readonly argv: readonly [string, ...string[]];
  readonly folder: string;
  /** Where what is built goes, from the folder on: changes in there are nobody's edits. */
  readonly output: string;
}

/** The build of a module folder: the script `build` of its package.json, or Go. Undefined where there is nothing to build. */
export async function buildStepOf(folder: string): Promise<BuildStep | undefined> {
  const packageJson = await readJson(join(folder, "package.json"));
  const { main, scripts } = (packageJson ?? {}) as { main?: unknown; scripts?: { build?: unknown } };
  if (typeof scripts?.build === "string" && typeof main === "string") {
    const output = dirname(relative(folder, resolve(folder, main)));
    if (output !== "" && output !== ".") return { argv: ["npm", "run", "--silent", "build"], folder, output };
  }
  if (!existsSync(join(folder, "go.mod"))) return undefined;
  const { command } = ((await readJson(join(folder, "module.json"))) ?? {}) as { command?: unknown };
  const [program] = Array.isArray(command) ? (command as readonly unknown[]) : [];
  if (typeof program !== "string" || !program.includes("/")) return undefined;
  const output = relative(folder, resolve(folder, program));
  return { argv: ["go", "build", "-o", output, "."], folder, output };
}

export type BuildOutcome =
  | { readonly kind: "built" | "aborted" }
  /** What the tool said, in its own words. */
  | { readonly kind: "failed"; readonly said: string };

export async function build({ argv, folder }: BuildStep, signal: AbortSignal): Promise<BuildOutcome> {
  const [program, ...args] = argv;
  // A group of its own, so that what the tool starts ends with it.
  const child = spawn(program, args, { cwd: folder, stdio: ["ignore", "pipe", "pipe"], detached: true });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (said += text));
  const stop = (): void => endGroup(child.pid);
  signal.addEventListener("abort", stop, { once: true });
  const outcome = await new Promise<BuildOutcome>((done) => {
    child.once("error", (error) => done({ kind: "failed", said: `${program} cannot be started: ${error.message}` }));
    child.once("close", (code) => done(code === 0 ? { kind: "built" } : { kind: "failed", said: said.trim() }));
    if (signal.aborted) stop();
  });
  signal.removeEventListener("abort", stop);
  return signal.aborted ? { kind: "aborted" } : outcome;
}

function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended already.
  }
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch {
    return undefined; // Whoever starts the module says what is wrong with it.
  }
}
