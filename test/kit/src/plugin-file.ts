import { rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

export interface PluginText {
  readonly name: string;
  /** An absolute path of a file or folder. */
  readonly module: string;
  readonly service?: string;
  readonly frequencyS: number;
  readonly timeoutS?: number;
  readonly filter?: string;
  /** Further lines, sections included. */
  readonly rest?: string;
}

export function pluginText(plugin: PluginText): string {
  return [
    "[Core]",
    `Name = ${plugin.name}`,
    `Module = ${plugin.module}`,
    ...(plugin.service ? [`Service = ${plugin.service}`] : []),
    "[Documentation]",
    "Author = test",
    "Version = 1",
    "Website = https://example.com",
    "Description = test",
    "[main]",
    `execute_frequency = ${plugin.frequencyS}`,
    ...(plugin.timeoutS === undefined ? [] : [`timeout_seconds = ${plugin.timeoutS}`]),
    ...(plugin.filter ? [`resource_filter = ${plugin.filter}`] : []),
    plugin.rest ?? "",
    "",
  ].join("\n");
}

/** Writes a plugin file as editors do: all at once. */
export async function putPlugin(dir: string, plugin: PluginText): Promise<string> {
  return await putFile(pluginPath(dir, plugin.name), pluginText(plugin));
}

export async function putFile(path: string, text: string): Promise<string> {
  await writeFile(`${path}.tmp`, text);
  await rename(`${path}.tmp`, path);
  return path;
}

export async function removePlugin(dir: string, name: string): Promise<void> {
  await rm(pluginPath(dir, name));
}

function pluginPath(dir: string, name: string): string {
  return join(dir, `${name}.ocelli-plugin`);
}
