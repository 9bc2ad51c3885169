import { existsSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import type { Kind, PluginSpec } from "@ocelli/model";
import { defaultExtensions, nodeFiles, parsePluginFile } from "@ocelli/plugin-file";

/** What an author means by the path of a module. */
export interface FoundModule {
  /** The plugin file that goes with it, or the path itself where there is none. */
  readonly path: string;
  /** The resource that lies beside it. */
  readonly fixture: string | undefined;
  /** The folder that it stands in. */
  readonly folder: string;
  /** That of its module, which a plugin file may name elsewhere. */
  readonly moduleFolder: string;
}

const fixtureFile = "fixture.json";

/** Finds the plugin file of a module folder, the one for `service` where there are several, and the resource to try it on. */
export async function findModule(path: string, service: Kind | undefined): Promise<FoundModule> {
  const isFolder = await isFolderAt(path);
  const folder = resolve(isFolder ? path : dirname(path));
  const fixture = join(folder, fixtureFile);
  const found = (isFolder ? await pluginFileOf(folder, service) : undefined) ?? path;
  const module = isPluginFile(found) ? (await specOf(found))?.module : undefined;
  return {
    path: found,
    fixture: existsSync(fixture) ? fixture : undefined,
    folder,
    moduleFolder: module === undefined ? folder : (await isFolderAt(module)) ? module : dirname(module),
  };
}

async function pluginFileOf(folder: string, service: Kind | undefined): Promise<string | undefined> {
  const names = (await readdir(folder)).filter(isPluginFile).toSorted();
  const files = names.map((name) => join(folder, name));
  if (service !== undefined) {
    for (const file of files) if ((await specOf(file))?.service === service) return file;
  }
  const own = files.find((file) => basename(file).split(".")[0] === basename(folder));
  return own ?? shortest(files);
}

/** Where none bears the folder's name: `my-plugin` comes before `my-plugin-discovery`. */
function shortest(files: readonly string[]): string | undefined {
  return files.toSorted((a, b) => a.length - b.length)[0];
}

/** Undefined where the file is not right, or the module registers itself. */
async function specOf(file: string): Promise<PluginSpec | undefined> {
  const text = await nodeFiles.read(file).catch(() => undefined); // Whoever reads it next says why.
  const parsed = text === undefined ? undefined : parsePluginFile(text, file);
  return parsed?.kind === "ok" && !parsed.spec.module.startsWith("service:") ? parsed.spec : undefined;
}

function isPluginFile(path: string): boolean {
  return defaultExtensions.some((extension) => path.endsWith(extension));
}

async function isFolderAt(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}
