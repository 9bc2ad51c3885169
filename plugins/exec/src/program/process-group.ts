import { readdir, readFile } from "node:fs/promises";

/** Carries a mark that tells the processes of one program from all others, also when they have left its group. */
export const markVariable = "OCELLI_EXEC_MARK";

/** Signals a whole process group. False where none of it is left. */
export function signalGroup(leaderPid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(-leaderPid, signal);
    return true;
  } catch {
    return false;
  }
}

/** Kills every process that carries the mark, so that leaving the group helps nobody. It needs /proc and reads
 *  all of it, which is too dear for programs that end by themselves. */
export async function killMarked(mark: string): Promise<void> {
  const wanted = `${markVariable}=${mark}`;
  const names = await readdir("/proc").catch(() => []);
  for (const name of names) {
    if (!/^\d+$/.test(name)) continue;
    const environment = await readFile(`/proc/${name}/environ`, "latin1").catch(() => "");
    if (environment.split("\0").includes(wanted)) kill(Number(name));
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It is gone.
  }
}
