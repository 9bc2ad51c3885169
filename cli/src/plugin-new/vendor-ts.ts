import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, realpath, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { OcelliError } from "@ocelli/model";
import { type TarFile, tarball } from "./tarball.js";

interface PackageJson {
  readonly name: string;
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

interface Package {
  readonly folder: string;
  readonly json: PackageJson;
}

const ours = "@ocelli/";

/** Where the tarball lies in a project; its package.json names it. */
const sdkTarball = "vendor/ocelli-plugin-sdk.tgz";

/** Packs the TypeScript SDK for a project of its own: our packages are bundled, for they are on no registry, and the libraries
 *  they need are declared, to be installed with the project's own. Throws where the SDK is not built. */
export async function vendorTs(sdkRoot: string, projectDir: string): Promise<void> {
  const sdk = await readPackage(sdkRoot);
  const bundled = await bundleOf(sdk);
  const libraries: Record<string, string> = {};
  for (const { json } of [sdk, ...bundled])
    Object.assign(
      libraries,
      dependenciesOf(json, (name) => !isOurs(name)),
    );
  const own = Object.fromEntries(bundled.map(({ json }) => [json.name, json.version]));
  const files = [
    packageFile("package", sdk, { ...libraries, ...own }, Object.keys(own)),
    ...(await builtFiles("package", sdk)),
  ];
  for (const one of bundled) {
    const place = `package/node_modules/${one.json.name}`;
    files.push(packageFile(place, one, one.json.dependencies ?? {}, []), ...(await builtFiles(place, one)));
  }
  const path = join(projectDir, sdkTarball);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, tarball(files));
}

/** All of our packages that a package needs, each once. */
async function bundleOf(sdk: Package): Promise<Package[]> {
  const found = new Map<string, Package>();
  const waiting = [sdk];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    for (const name of Object.keys(dependenciesOf(next.json, isOurs))) {
      if (found.has(name)) continue;
      const one = await readPackage(await folderOf(name, next.folder));
      found.set(name, one);
      waiting.push(one);
    }
  }
  return [...found.values()].toSorted((a, b) => (a.json.name < b.json.name ? -1 : 1));
}

/** A package.json without what concerns our own workspace only. */
function packageFile(
  place: string,
  { json }: Package,
  dependencies: Readonly<Record<string, string>>,
  bundleDependencies: readonly string[],
): TarFile {
  const { name, version } = json;
  const exports = { ...(json as { exports?: Record<string, Record<string, string>> }).exports };
  for (const [key, { "@ocelli/source": _source, ...built }] of Object.entries(exports)) exports[key] = built;
  const sorted = Object.fromEntries(Object.entries(dependencies).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  const bundle = bundleDependencies.length > 0 ? { bundleDependencies } : {};
  const body = { name, version, license: "Apache-2.0", type: "module", exports, dependencies: sorted, ...bundle };
  return { path: `${place}/package.json`, bytes: Buffer.from(`${JSON.stringify(body, null, 2)}\n`) };
}

async function builtFiles(place: string, { folder, json }: Package): Promise<TarFile[]> {
  if (!existsSync(join(folder, "dist"))) {
    throw new OcelliError("precondition", `${json.name} in ${folder} is not built: run npm run build in Ocelli`);
  }
  const files: TarFile[] = [];
  for (const part of ["dist", "gen"]) {
    if (!existsSync(join(folder, part))) continue;
    for (const entry of await readdir(join(folder, part), { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      if (!entry.isFile() || !/\.(js|d\.ts)$/.test(entry.name)) continue;
      const inside = relative(folder, path).replaceAll("\\", "/");
      files.push({ path: `${place}/${inside}`, bytes: await readFile(path) });
    }
  }
  return files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** As Node finds it: in the node_modules of the package that asks, or of a folder above. */
async function folderOf(name: string, from: string): Promise<string> {
  for (let folder = await realpath(from); ; folder = dirname(folder)) {
    const candidate = join(folder, "node_modules", name);
    if (existsSync(join(candidate, "package.json"))) return realpath(candidate);
    if (folder === dirname(folder))
      throw new OcelliError("precondition", `${name} is not installed: run npm ci in Ocelli`);
  }
}

async function readPackage(folder: string): Promise<Package> {
  return { folder, json: JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as PackageJson };
}

function isOurs(name: string): boolean {
  return name.startsWith(ours);
}

function dependenciesOf({ dependencies = {} }: PackageJson, which: (name: string) => boolean): Record<string, string> {
  return Object.fromEntries(Object.entries(dependencies).filter(([name]) => which(name)));
}
