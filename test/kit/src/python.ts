import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { lstat, mkdir, readdir, rename, rm, stat, symlink, unlink, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { eventually } from "./eventually.js";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../..", import.meta.url));
const sdkSource = join(root, "plugin-sdk/python/src");
/** What the tests of Python code need, the bridge to Panoptes included. */
const requirementFiles = ["plugin-sdk/python/requirements-test.txt", "plugins/panoptes/requirements.txt"];
const oldest = [3, 9] as const;
const installTimeoutMs = 300_000;

export type PythonForTests =
  | { readonly kind: "ready"; readonly python: string }
  /** Skip the test with this reason. */
  | { readonly kind: "missing"; readonly reason: string };

let found: Promise<PythonForTests> | undefined;

/** A Python that knows the SDK (from its sources) and what its tests need: that of OCELLI_TEST_PYTHON, else python3 on the PATH,
 *  in a virtual environment below ~/.cache/ocelli/python, which is made once and shared by all tests. */
export function pythonForTests(): Promise<PythonForTests> {
  found ??= find().catch((error: unknown) => ({ kind: "missing", reason: lastLines(String(error)) }) as const);
  return found;
}

/** Makes a module folder run with the Python of the tests: its `.venv` leads there. */
export async function linkPython(folder: string, python: string): Promise<void> {
  const link = join(folder, ".venv");
  const venv = join(python, "../..");
  const old = await lstat(link).catch(() => undefined);
  if (old && !old.isSymbolicLink()) return; // Somebody's own.
  const beside = `${link}.${process.pid}`;
  await rm(beside, { force: true });
  await symlink(venv, beside);
  await rename(beside, link).catch(async () => unlink(beside));
}

async function find(): Promise<PythonForTests> {
  const base = process.env["OCELLI_TEST_PYTHON"] || "python3";
  const code = "import sys; print(sys.version_info[0], sys.version_info[1], sys.version.split()[0], sys.executable)";
  let said: string;
  try {
    said = (await run(base, ["-c", code])).stdout.trim();
  } catch {
    return { kind: "missing", reason: `${base} cannot be run: install Python 3.9 or newer` };
  }
  const [major = 0, minor = 0] = said.split(" ").map(Number);
  if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) {
    return { kind: "missing", reason: `${base} is Python ${major}.${minor}: the SDK needs 3.9 or newer` };
  }
  const files = requirementFiles.map((file) => join(root, file)).filter((file) => existsSync(file));
  const hash = createHash("sha256").update(said).update(sdkSource);
  for (const file of files) hash.update(readFileSync(file));
  const venv = join(homedir(), ".cache/ocelli/python", hash.digest("hex").slice(0, 16));
  const python = join(venv, "bin/python");
  if (!existsSync(python)) await makeOnce(base, venv, files);
  return { kind: "ready", python };
}

/** Whoever comes first makes it; the others wait. What a killed process began is begun again. */
async function makeOnce(base: string, venv: string, files: readonly string[]): Promise<void> {
  const lock = `${venv}.lock`;
  await mkdir(join(venv, ".."), { recursive: true });
  const isOurs = await mkdir(lock).then(
    () => true,
    () => false,
  );
  if (!isOurs) {
    await eventually(
      async () => {
        if (existsSync(join(venv, "bin/python")) || (await isStale(lock))) return;
        throw new Error(`somebody else makes ${venv} just now`);
      },
      installTimeoutMs,
      200,
    );
    if (existsSync(join(venv, "bin/python"))) return;
    await rm(lock, { recursive: true, force: true });
    await makeOnce(base, venv, files);
    return;
  }
  const beside = `${venv}.${process.pid}`;
  try {
    await run(base, ["-m", "venv", beside]);
    const python = join(beside, "bin/python");
    const requirements = files.flatMap((file) => ["-r", file]);
    await run(python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...requirements], {
      timeout: installTimeoutMs,
    });
    await writeFile(join(await sitePackages(beside), "ocelli-sources.pth"), `${sdkSource}\n`);
    await rename(beside, venv);
  } finally {
    await rm(beside, { recursive: true, force: true });
    await rm(lock, { recursive: true, force: true });
  }
}

async function sitePackages(venv: string): Promise<string> {
  const [version = ""] = (await readdir(join(venv, "lib"))).filter((name) => name.startsWith("python"));
  return join(venv, "lib", version, "site-packages");
}

/** Nobody installs for longer than this: its owner was killed. A lock that is gone is no longer anybody's. */
async function isStale(lock: string): Promise<boolean> {
  const made = await stat(lock).catch(() => undefined);
  return made === undefined || Date.now() - made.mtimeMs > installTimeoutMs;
}

function lastLines(text: string): string {
  return text.trim().split("\n").slice(-3).join(" ");
}
