import { readdir, readFile, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import type { Kind } from "@ocelli/model";
import { Eta } from "eta";
import { identifierOf } from "./project-name.js";

/** What a project is to be. */
export interface ProjectWish {
  readonly name: string;
  /** At least one. The first is that of the plugin file that bears the plain name. */
  readonly services: readonly Kind[];
  /** Of Ocelli. */
  readonly version: string;
}

export interface ProjectFile {
  /** With slashes, from the project's folder on. */
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly runs: boolean;
}

const rendered = ".eta";
const pluginFileTemplate = "plugin-file.eta";

/** The files of a new project, by path: those of the shared template, then those of the language, which win. */
export async function renderTemplate(folders: readonly string[], wish: ProjectWish): Promise<ProjectFile[]> {
  const eta = new Eta({ autoEscape: false });
  const data = dataOf(wish);
  const files = new Map<string, ProjectFile>();
  for (const folder of folders) {
    for (const { path, bytes, runs } of await readFolder(folder)) {
      const render = (more: object): string => eta.renderString(new TextDecoder().decode(bytes), { ...data, ...more });
      for (const file of filesOf(path, bytes, wish, render)) files.set(file.path, { ...file, runs });
    }
  }
  return [...files.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

function filesOf(
  path: string,
  bytes: Uint8Array,
  { name, services }: ProjectWish,
  render: (more: object) => string,
): Omit<ProjectFile, "runs">[] {
  const named = path.replaceAll("__name__", name).replaceAll("__identifier__", identifierOf(name));
  if (path === pluginFileTemplate) {
    return services.map((service, i) => {
      const plugin = i === 0 ? name : `${name}-${service}`;
      return { path: `${plugin}.ocelli-plugin`, bytes: Buffer.from(render({ plugin, service })) };
    });
  }
  if (!named.endsWith(rendered)) return [{ path: named, bytes }];
  const text = render({});
  return text.trim() === "" ? [] : [{ path: named.slice(0, -rendered.length), bytes: Buffer.from(text) }];
}

/** What templates know; see cli/templates/README.md. */
function dataOf({ name, services, version }: ProjectWish): Readonly<Record<string, unknown>> {
  const has = (kind: Kind): boolean => services.includes(kind);
  return {
    ...{ name, identifier: identifierOf(name), services, service: services[0], version },
    ...{ discovery: has("discovery"), enrichment: has("enrichment"), polling: has("polling"), sink: has("sink") },
  };
}

async function readFolder(folder: string): Promise<ProjectFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(
    files.map(async (file) => ({
      path: relative(folder, file).replaceAll("\\", "/"),
      bytes: await readFile(file),
      runs: ((await stat(file)).mode & 0o111) !== 0,
    })),
  );
}
