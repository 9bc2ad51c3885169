// The languages whose stubs are made from the contracts, and whether the tools for that are here.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));

/** The environment in which the programs of the workspace are found. */
const env = { ...process.env, PATH: `${join(root, "node_modules/.bin")}${delimiter}${process.env.PATH ?? ""}` };

/** Runs a command in the root and gives whether it went well, and its output. */
export function run(command, args, more = {}) {
  const ended = spawnSync(command, args, {
    cwd: root,
    env: { ...env, ...more },
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  const output = ended.error ? ended.error.message : `${ended.stdout}${ended.stderr}`;
  return { ok: ended.status === 0, output: output.trim() };
}

/** Each: its name, its template for buf, where its stubs are, which files there are stubs, and its tools: the environment they
 *  need, or why they are missing. `install` says whether a missing tool may be fetched. */
export const languages = [
  { name: "typescript", template: "buf.gen.yaml", folder: "proto/gen", isStub: () => true, tools: () => ({ env: {} }) },
  {
    name: "go",
    template: "plugin-sdk/go/buf.gen.yaml",
    folder: "plugin-sdk/go/gen",
    isStub: () => true,
    tools: goTools,
  },
  {
    name: "python",
    template: "plugin-sdk/python/buf.gen.yaml",
    folder: "plugin-sdk/python/src",
    isStub: (file) => /_pb2(_grpc)?\.pyi?$/.test(file),
    tools: pythonTools,
  },
];

/** The plugins of protoc are pinned in a module of their own, and built once by Go. */
function goTools() {
  for (const tool of ["protoc-gen-go", "protoc-gen-go-grpc"]) {
    const { ok, output } = run("go", ["-C", "plugin-sdk/go/tools", "tool", tool, "--version"]);
    if (!ok) return { missing: `go tool ${tool}: ${output.split("\n").at(-1)}` };
  }
  return { env: {} };
}

/** The protoc of Python lives in an environment of its own below ~/.cache, or in the one that PROTOC_PYTHON names. */
function pythonTools({ install }) {
  if (process.env.PROTOC_PYTHON) return { env: {} };
  const requirements = join(root, "plugin-sdk/python/requirements-generate.txt");
  const hash = createHash("sha256").update(readFileSync(requirements)).digest("hex").slice(0, 16);
  const venv = join(homedir(), ".cache/ocelli/protoc-python", hash);
  const python = join(venv, "bin/python");
  if (!existsSync(python)) {
    if (!install) return { missing: "its protoc is not installed: run npm run proto once" };
    const made = makeVenv(venv, requirements);
    if (!made.ok) return { missing: `its protoc cannot be installed: ${made.output.split("\n").at(-1)}` };
  }
  return { env: { PROTOC_PYTHON: python } };
}

function makeVenv(venv, requirements) {
  const beside = `${venv}.${process.pid}`;
  mkdirSync(join(venv, ".."), { recursive: true });
  try {
    const made = run("python3", ["-m", "venv", beside]);
    if (!made.ok) return made;
    const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", requirements];
    const installed = run(join(beside, "bin/python"), pip);
    if (installed.ok && !existsSync(venv)) renameSync(beside, venv);
    return installed;
  } finally {
    rmSync(beside, { recursive: true, force: true });
  }
}

/** Makes the stubs of a language, below `output` where that is given. */
export function generate(language, toolEnv, output) {
  const elsewhere = output === undefined ? [] : ["--output", output];
  return run("buf", ["generate", "--template", language.template, ...elsewhere], toolEnv);
}

/** The stubs of a language below a folder: path → text. */
export function stubsIn(folder, isStub) {
  if (!existsSync(folder)) return new Map();
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, path, name }) => join(parentPath ?? path, name).slice(folder.length + 1));
  return new Map(names.filter(isStub).map((name) => [name, readFileSync(join(folder, name), "utf8")]));
}
