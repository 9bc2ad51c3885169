import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../..", import.meta.url));
const sdk = join(root, "plugin-sdk/go");
/** A first build fetches and compiles everything it depends on. */
const buildTimeoutMs = 900_000;

export type GoForTests =
  | { readonly kind: "ready"; readonly version: string }
  /** Skip the test with this reason. */
  | { readonly kind: "missing"; readonly reason: string };

export type GoProgram =
  | { readonly kind: "ready"; readonly program: string }
  /** Skip the test with this reason. */
  | { readonly kind: "missing"; readonly reason: string };

let found: Promise<GoForTests> | undefined;

/** Whether the go on the PATH is as new as the SDK's go.mod wants it. */
export function goForTests(): Promise<GoForTests> {
  found ??= find();
  return found;
}

async function find(): Promise<GoForTests> {
  try {
    const { stdout } = await run("go", ["version"], { cwd: sdk });
    return { kind: "ready", version: stdout.trim() };
  } catch (error) {
    const { stderr = "" } = error as { readonly stderr?: string };
    const why = stderr.trim().split("\n").at(-1) || "it is not on the PATH: install Go";
    return { kind: "missing", reason: `go cannot be run: ${why}` };
  }
}

/** The program of a Go module that uses the SDK, built once for what both hold now, and kept below ~/.cache/ocelli/go. Whoever
 *  comes at the same time builds it again, from Go's own cache. Throws where it does not compile. */
export async function goProgram(folder: string): Promise<GoProgram> {
  const go = await goForTests();
  if (go.kind === "missing") return go;
  const cache = join(homedir(), ".cache/ocelli/go");
  const program = join(cache, await digest(go.version, [sdk, folder]), basename(await moduleName(folder)));
  if (await stat(program).catch(() => undefined)) return { kind: "ready", program };
  const beside = `${program}.${process.pid}`;
  await mkdir(join(program, ".."), { recursive: true });
  try {
    await run("go", ["build", "-o", beside, "."], { cwd: folder, timeout: buildTimeoutMs });
    await rename(beside, program);
  } finally {
    await rm(beside, { force: true });
  }
  return { kind: "ready", program };
}

async function moduleName(folder: string): Promise<string> {
  const text = await readFile(join(folder, "go.mod"), "utf8");
  return /^module\s+(\S+)/m.exec(text)?.[1] ?? "module";
}

/** Of everything that goes into a build. */
async function digest(version: string, folders: readonly string[]): Promise<string> {
  const hash = createHash("sha256").update(version);
  for (const folder of folders) {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries
      .filter(({ name }) => /\.go$|^go\.(mod|sum)$/.test(name) && !name.endsWith("_test.go"))
      .map((entry) => join(entry.parentPath, entry.name));
    for (const file of files.sort()) hash.update(relative(root, file)).update(await readFile(file));
  }
  return hash.digest("hex").slice(0, 16);
}
