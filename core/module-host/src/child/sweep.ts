import { lstat, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { isOurs, launchRoots, noteFile, parseLaunchName } from "./launch-dir.js";
import { isAlive, signalGroup, startTicks } from "./process-group.js";

/** Clears up after hosts that died: ends modules of theirs that still run, with their whole groups, and removes their
 *  launch directories. Touches no process but one that the host noted and whose start it knows. Returns how many
 *  directories it removed. */
export async function sweepLaunches(roots: readonly string[] = launchRoots()): Promise<number> {
  let removed = 0;
  for (const root of roots) {
    const names = await readdir(root).catch(() => []);
    for (const name of names) {
      const launch = parseLaunchName(name);
      if (!launch || isOurs(launch.mark)) continue;
      if (launch.pid !== process.pid && isAlive(launch.pid)) continue;
      if (await clear(join(root, name))) removed += 1;
    }
  }
  return removed;
}

async function clear(path: string): Promise<boolean> {
  try {
    const found = await lstat(path);
    if (!found.isDirectory() || found.uid !== process.getuid?.()) return false;
    await endLeftover(path);
    await rm(path, { recursive: true, force: true });
    return true;
  } catch {
    return false; // Another host may sweep at the same time.
  }
}

async function endLeftover(path: string): Promise<void> {
  const text = await readFile(join(path, noteFile), "utf8").catch(() => "{}");
  const { pid, start } = JSON.parse(text) as { pid?: unknown; start?: unknown };
  if (typeof pid !== "number" || typeof start !== "string") return;
  if ((await startTicks(pid)) === start) signalGroup(pid, "SIGKILL");
}
