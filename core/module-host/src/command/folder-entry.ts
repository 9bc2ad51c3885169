import { basename, join, resolve } from "node:path";
import { messageOf } from "@ocelli/model";
import type { ModuleFiles } from "./files.js";

/** What a module folder says about how it is started. */
export type FolderEntry =
  | { readonly kind: "command"; readonly argv: readonly [string, ...string[]] }
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "unusable"; readonly reason: string };

const mainFiles = ["main.js", "main.mjs", "main.cjs", "main.py", "main"];

/** The way into a module folder: `module.json` wins, then `main` of `package.json`, then a file named main. */
export async function folderEntry(folder: string, files: ModuleFiles): Promise<FolderEntry> {
  const manifest = join(folder, "module.json");
  if ((await files.look(manifest)) === "file") return manifestEntry(folder, await readJson(manifest, files));
  const packageJson = join(folder, "package.json");
  const hasPackage = (await files.look(packageJson)) === "file";
  if (hasPackage) {
    const json = await readJson(packageJson, files);
    if (json.kind === "bad") return { kind: "unusable", reason: json.reason };
    const main = property(json.value, "main");
    if (typeof main === "string" && main !== "") return packageEntry(folder, main, files);
  }
  for (const name of mainFiles) {
    const path = join(folder, name);
    if ((await files.look(path)) === "file") return { kind: "file", path };
  }
  return { kind: "unusable", reason: await nothingToStart(folder, hasPackage, files) };
}

function manifestEntry(folder: string, json: JsonOutcome): FolderEntry {
  if (json.kind === "bad") return { kind: "unusable", reason: json.reason };
  const command = property(json.value, "command");
  const isText = (word: unknown): word is string => typeof word === "string" && word !== "";
  if (!Array.isArray(command) || !command.every(isText)) {
    return {
      kind: "unusable",
      reason: `module.json of ${folder} needs "command", a list of texts such as ["python3", "main.py"]`,
    };
  }
  const [program, ...rest] = command;
  if (program === undefined) return { kind: "unusable", reason: `"command" in module.json of ${folder} is empty` };
  return { kind: "command", argv: [program.includes("/") ? resolve(folder, program) : program, ...rest] };
}

async function packageEntry(folder: string, main: string, files: ModuleFiles): Promise<FolderEntry> {
  const path = resolve(folder, main);
  const candidates = [path, `${path}.js`, join(path, "index.js")];
  for (const candidate of candidates) {
    if ((await files.look(candidate)) === "file") return { kind: "file", path: candidate };
  }
  return {
    kind: "unusable",
    reason: `${main}, the "main" in package.json of ${folder}, is not built: run npm run build there`,
  };
}

async function nothingToStart(folder: string, hasPackage: boolean, files: ModuleFiles): Promise<string> {
  if (hasPackage) return `package.json of ${folder} has no "main": name the JavaScript file that starts the module`;
  for (const source of ["main.ts", "src/main.ts"]) {
    if ((await files.look(join(folder, source))) === "file") {
      return `${folder} holds TypeScript source (${source}) only: build it, and name the result as "main" in a package.json`;
    }
  }
  if ((await files.look(join(folder, "go.mod"))) === "file") {
    const program = `bin/${basename(folder)}`;
    return `${folder} holds Go source only: build it with go build -o ${program} ., and name it in a module.json: {"command": ["./${program}"]}`;
  }
  return `${folder} holds no module: one of module.json with "command", package.json with "main", main.js, main.mjs, main.py or an executable main starts it`;
}

type JsonOutcome =
  | { readonly kind: "json"; readonly value: unknown }
  | { readonly kind: "bad"; readonly reason: string };

async function readJson(path: string, files: ModuleFiles): Promise<JsonOutcome> {
  try {
    return { kind: "json", value: JSON.parse(await files.readText(path)) };
  } catch (error) {
    return { kind: "bad", reason: `${path} cannot be read as JSON: ${messageOf(error)}` };
  }
}

function property(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>)[key] : undefined;
}
