import { rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { root } from "./paths.js";

export interface PluginText {
  readonly name: string;
  /** A folder of `plugins/`, or an absolute path. */
  readonly module: string;
  readonly service?: string;
  readonly frequency: number;
  readonly filter?: string;
  /** Further lines, sections included. */
  readonly rest?: string;
}

export function pluginText(plugin: PluginText): string {
  const module = plugin.module.startsWith("/") ? plugin.module : root(`plugins/${plugin.module}`);
  return [
    "[Core]",
    `Name = ${plugin.name}`,
    `Module = ${module}`,
    ...(plugin.service ? [`Service = ${plugin.service}`] : []),
    "[Documentation]",
    "Author = test",
    "Version = 1",
    "Website = https://example.com",
    "Description = test",
    "[main]",
    `execute_frequency = ${plugin.frequency}`,
    ...(plugin.filter ? [`resource_filter = ${plugin.filter}`] : []),
    plugin.rest ?? "",
    "",
  ].join("\n");
}

/** Writes a plugin file as editors do: all at once. */
export async function putPlugin(dir: string, plugin: PluginText): Promise<string> {
  return await putFile(join(dir, `${plugin.name}.ocelli-plugin`), pluginText(plugin));
}

export async function putFile(path: string, text: string): Promise<string> {
  await writeFile(`${path}.tmp`, text);
  await rename(`${path}.tmp`, path);
  return path;
}

export async function removePlugin(dir: string, name: string): Promise<void> {
  await rm(join(dir, `${name}.ocelli-plugin`));
}
