import { basename, resolve } from "node:path";
import type { BusLog } from "@ocelli/bus";
import { type Clock, messageOf } from "@ocelli/model";
import { nodeFiles, type PluginDirectory, readPluginDirectory } from "@ocelli/plugin-file";
import { watch } from "chokidar";
import type { PluginFile, Scan } from "../domain/plugin-files.js";

export interface DirectorySettings {
  readonly directories: readonly string[];
  /** With their dots. */
  readonly extensions: readonly string[];
  /** How often to look although nothing was noticed, in ms: notices can get lost, and some file systems give none. */
  readonly scanEveryMs: number;
}

export interface DirectoryDeps {
  readonly clock: Clock;
  readonly log: BusLog;
  /** The file that each plugin came from, by name: of several files with one name it keeps the name. */
  readonly holders: () => ReadonlyMap<string, string>;
}

/** Two readings this far apart must agree: an editor may remove a file before it puts the new one in place. */
const settleMs = 150;
const readingsAtMost = 12;

/** Gives what the plugin directories hold, at the start and after each change, until `signal` aborts. Directories that do
 *  not exist yet are waited for. The directories of the registry that leads count: where several registries run on
 *  different hosts, give them the same files. */
export async function followDirectories(
  settings: DirectorySettings,
  deps: DirectoryDeps,
  onScan: (scan: Scan) => void,
  signal: AbortSignal,
): Promise<void> {
  const { clock, log } = deps;
  let noticed = new AbortController();
  const watcher = watchDirectories(settings, () => noticed.abort(), log);
  const stop = (): void => noticed.abort();
  signal.addEventListener("abort", stop, { once: true });
  let last = "";
  try {
    while (!signal.aborted) {
      noticed = new AbortController();
      try {
        const directory = await settled(settings, deps, last, signal);
        const text = JSON.stringify(directory);
        if (text !== last) talkOf(directory, log);
        last = text;
        onScan(scanOf(directory));
      } catch (error) {
        log.warn({ reason: messageOf(error) }, "plugin directories could not be scanned");
      }
      if (!signal.aborted) await clock.sleep(settings.scanEveryMs, noticed.signal);
    }
  } finally {
    signal.removeEventListener("abort", stop);
    await watcher.close();
  }
}

function watchDirectories({ directories, extensions }: DirectorySettings, notice: () => void, log: BusLog) {
  const given = new Set(directories.map((directory) => resolve(directory)));
  const watcher = watch([...given], {
    ignoreInitial: true,
    ignored: (path, stats) => {
      const name = basename(path);
      if (given.has(resolve(path))) return false;
      if (name.startsWith(".") || name === "node_modules") return true;
      return stats?.isFile() === true && !extensions.some((extension) => name.endsWith(extension));
    },
  });
  watcher.on("all", notice);
  watcher.on("error", (error) => {
    log.warn({ reason: messageOf(error) }, "changes of directories are not noticed at once; they are scanned");
  });
  return watcher;
}

/** What the directories hold, once two readings agree or one says what was known before; after a while the last. */
async function settled(
  { directories, extensions }: DirectorySettings,
  { clock, holders }: DirectoryDeps,
  known: string,
  signal: AbortSignal,
): Promise<PluginDirectory> {
  let before = known;
  for (let readings = 1; ; readings += 1) {
    const options = { checkModule: false, holders: holders() };
    const now = await readPluginDirectory(directories, extensions, nodeFiles, options);
    const text = JSON.stringify(now);
    if (text === before || readings === readingsAtMost || signal.aborted) return now;
    before = text;
    await clock.sleep(settleMs, signal);
  }
}

function scanOf({ specs, refused, unreadable }: PluginDirectory): Scan {
  const good = specs.map((spec): PluginFile => ({ kind: "good", spec }));
  const bad = refused.filter(({ file }) => !unreadable.includes(file));
  return { files: [...good, ...bad.map((file): PluginFile => ({ kind: "bad", ...file }))], unreadable };
}

/** What nobody sees in the plugins themselves. */
function talkOf({ refused, unreadable, warnings }: PluginDirectory, log: BusLog): void {
  for (const { file, line, message } of warnings)
    log.warn({ file, line, warning: message }, "plugin file could be better");
  for (const { file, problems } of refused) {
    if (!unreadable.includes(file)) continue;
    log.warn(
      { directory: file, reason: problems[0]?.message },
      "plugin directory cannot be read; what is known of it stays",
    );
  }
}
