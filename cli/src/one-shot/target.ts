import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { Kind, PluginSpec } from "@ocelli/model";
import { defaultExtensions, nodeFiles, parsePluginFile } from "@ocelli/plugin-file";
import { findings, findingText } from "../check-files/finding.js";
import { shownPath } from "../display/path.js";
import { Exit, exitCodes } from "../exit-codes.js";
import { changedSettings, type SettingsChange } from "./settings-changes.js";

export interface OnceTarget {
  readonly spec: PluginSpec;
  /** What is taken of the plugin file, but better changed. */
  readonly warnings: readonly string[];
}

/** Where a problem of a setting of the command line is said to stand. */
const commandLine = "--setting";

const defaults = { frequencyMs: 60_000, timeoutMs: 30_000, maxInFlight: 1 };

/** A plugin file as it is, or a module file or folder with settings of the command line alone. Throws a usage Exit that lists
 *  everything that is wrong. */
export async function onceTarget(
  path: string,
  changes: readonly SettingsChange[],
  service: Kind | undefined,
): Promise<OnceTarget> {
  const isFile = await look(path);
  if (!isFile || !defaultExtensions.some((extension) => path.endsWith(extension))) {
    return { spec: bareSpec(path, changes, service), warnings: [] };
  }
  const parsed = parsePluginFile(await nodeFiles.read(path), path);
  if (parsed.kind === "bad") throw refused(findings("error", parsed.problems).map(findingText));
  const { spec } = parsed;
  if (spec.module.startsWith("service:")) {
    const why = `its module ${spec.module} registers itself with a mesh`;
    throw new Exit(exitCodes.usage, `${shownPath(path)}: ${why}; name a module that can be started`);
  }
  const settings = changedSettings(spec.settings, changes);
  return {
    spec: { ...spec, settings, service: service ?? spec.service },
    warnings: findings("warning", parsed.warnings).map(findingText),
  };
}

export function refused(lines: readonly string[]): Exit {
  return new Exit(exitCodes.usage, lines.join("\n"));
}

async function look(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch (error) {
    throw new Exit(
      exitCodes.usage,
      `${shownPath(path)} does not exist: name a plugin file, or the file or folder of a module`,
      {
        cause: error,
      },
    );
  }
}

function bareSpec(path: string, changes: readonly SettingsChange[], service: Kind | undefined): PluginSpec {
  return {
    ...defaults,
    name: "once",
    revision: "once",
    file: resolve(commandLine),
    module: resolve(path),
    service,
    resourceFilter: "",
    preload: [],
    documentation: {},
    settings: changedSettings([], changes),
    removalPercent: 0,
  };
}
