import type { PluginSpec } from "@ocelli/model";
import { defaultExtensions } from "@ocelli/plugin-file";
import { shownPath } from "../display/path.js";
import { Exit, exitCodes } from "../exit-codes.js";
import { parseChange } from "../one-shot/settings-changes.js";
import { onceTarget } from "../one-shot/target.js";
import { findModule } from "../plugin-run/module-folder.js";
import type { DevOptions } from "./dev-options.js";

/** The plugin under development, as its files are now. */
export interface LocalPlugin {
  readonly spec: PluginSpec;
  /** Undefined where there is no plugin file. */
  readonly name: string | undefined;
  readonly folder: string;
  /** That of its module, which a plugin file may name elsewhere. */
  readonly moduleFolder: string;
  readonly warnings: readonly string[];
}

/** Throws a usage Exit that lists everything that is wrong. */
export async function readLocalPlugin(path: string, options: DevOptions): Promise<LocalPlugin> {
  const changes = options.setting.map((text) => {
    const change = parseChange(text);
    if (!change) throw new Exit(exitCodes.usage, `"${text}" is not section.key=value, such as snmp.port=1161`);
    return change;
  });
  const { path: file, folder, moduleFolder } = await findModule(path, options.service);
  const { spec, warnings } = await onceTarget(file, changes, options.service);
  const isFile = defaultExtensions.some((extension) => file.endsWith(extension));
  return { spec, name: isFile ? spec.name : undefined, folder, moduleFolder, warnings };
}

/** Whose shadow it is. */
export function liveName({ name }: LocalPlugin, options: DevOptions, path: string): string {
  const wanted = options.plugin ?? name;
  if (wanted !== undefined) return wanted;
  const why = `${shownPath(path)} has no plugin file beside it that names a plugin`;
  throw new Exit(exitCodes.usage, `${why}; say with --plugin whose shadow it is`);
}
