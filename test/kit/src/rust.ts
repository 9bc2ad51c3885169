import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFile, mkdir, readdir, readFile, rename, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../..", import.meta.url));
/** A first build fetches and compiles everything it depends on. */
const buildTimeoutMs = 900_000;

export type RustProgram =
  | { readonly kind: "ready"; readonly program: string }
  /** Skip the test with this reason. */
  | { readonly kind: "missing"; readonly reason: string };

/** The program of a Rust package that is made from the contracts, built once for what it and `proto/` hold now, and kept
 *  below ~/.cache/ocelli/rust. Cargo's own lock lets those who come at the same time wait. */
export async function rustProgram(folder: string, name: string): Promise<RustProgram> {
  try {
    await run("cargo", ["--version"]);
  } catch {
    return { kind: "missing", reason: "cargo cannot be run: install Rust" };
  }
  const proto = join(root, "proto");
  const cache = join(homedir(), ".cache/ocelli/rust");
  const hash = await digest(
    [join(folder, "Cargo.toml"), join(folder, "Cargo.lock"), join(folder, "build.rs")],
    [join(folder, "src"), join(proto, "ocelli")],
  );
  const program = join(cache, `${name}-${hash}`);
  if (await stat(program).catch(() => undefined)) return { kind: "ready", program };
  await mkdir(cache, { recursive: true });
  const target = join(cache, "target");
  try {
    await run("cargo", ["build", "--release", "--locked", "--quiet"], {
      cwd: folder,
      env: { ...process.env, CARGO_TARGET_DIR: target, OCELLI_PROTO: proto },
      timeout: buildTimeoutMs,
    });
  } catch (error) {
    const { stderr = "" } = error as { readonly stderr?: string };
    return {
      kind: "missing",
      reason: `cargo could not build ${name}: ${stderr.trim().split("\n").slice(0, 3).join(" ")}`,
    };
  }
  const beside = `${program}.${process.pid}`;
  await copyFile(join(target, "release", name), beside);
  await rename(beside, program);
  return { kind: "ready", program };
}

async function digest(files: readonly string[], folders: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  const all = [...files];
  for (const folder of folders) {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const inside = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    all.push(...inside.sort());
  }
  for (const file of all) hash.update(file.slice(root.length)).update(await readFile(file));
  return hash.digest("hex").slice(0, 16);
}
