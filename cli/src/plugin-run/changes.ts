import { relative, resolve, sep } from "node:path";
import { type Clock, linkSignals } from "@ocelli/model";
import { watch } from "chokidar";

/** Edits of a module's files, gathered until nothing more comes. */
export interface Changes {
  /** Resolves with the paths that changed since the last time, at least one; with none where `signal` aborts. */
  next(signal: AbortSignal): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** How long nothing must change before it counts as one edit, in ms: editors write a file in several steps. */
const quietMs = 150;

/** What builds, tests and editors write beside the sources. */
const ignoredNames = new Set(["node_modules", "__pycache__", "vendor", "build", "target", "coverage"]);
const ignoredFiles = /\.(pyc|pyo|swp|swx|tmp|log|tsbuildinfo)$|~$/;

/** Follows a folder and others beside it, without `ignored` (from the folder on), dot files and what tools write. */
export async function followChanges(
  folder: string,
  ignored: readonly string[],
  clock: Clock,
  others: readonly string[] = [],
): Promise<Changes> {
  const skipped = ignored.map((path) => resolve(folder, path));
  const followed = [folder, ...others];
  const isIgnored = (path: string): boolean => {
    const own = followed.filter((one) => path === one || path.startsWith(one + sep));
    const inside = relative(own.toSorted((a, b) => b.length - a.length)[0] ?? folder, path);
    if (inside === "") return false;
    if (skipped.some((one) => path === one || path.startsWith(one + sep))) return true;
    return (
      inside.split(sep).some((name) => name.startsWith(".") || ignoredNames.has(name)) || ignoredFiles.test(inside)
    );
  };
  const changed = new Set<string>();
  let wake = (): void => {};
  const watcher = watch(followed, { ignored: isIgnored, ignoreInitial: true });
  watcher.on("all", (_event, path) => {
    changed.add(relative(folder, path) || ".");
    wake();
  });
  // One that cannot be watched any more is noticed with the next run.
  watcher.on("error", () => {});
  await new Promise<void>((ready) => watcher.once("ready", ready));

  const anyChange = async (signal: AbortSignal): Promise<void> => {
    if (changed.size > 0) return;
    await new Promise<void>((done) => {
      wake = done;
      signal.addEventListener("abort", () => done(), { once: true });
      if (signal.aborted) done();
    });
  };
  const quiet = async (signal: AbortSignal): Promise<void> => {
    for (let before = -1; before !== changed.size && !signal.aborted; ) {
      before = changed.size;
      await clock.sleep(quietMs, signal);
    }
  };
  return {
    async next(signal) {
      using own = linkSignals(signal);
      await anyChange(own.signal);
      await quiet(own.signal);
      if (signal.aborted) return [];
      const paths = [...changed].toSorted();
      changed.clear();
      return paths;
    },
    close: () => watcher.close(),
  };
}
