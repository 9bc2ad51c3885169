import { readFile } from "node:fs/promises";
import { runCommand } from "./run-command.js";

/** A process by number and birth: numbers are used again, births are not. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Whatever the system says of its start; empty where it says nothing, and then only the number counts. */
  readonly born: string;
}

export async function identify(pid: number): Promise<ProcessIdentity> {
  return { pid, born: (await birthOf(pid)) ?? "" };
}

/** Whether that very process still lives. */
export async function isAlive({ pid, born }: ProcessIdentity): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives and belongs to somebody else.
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  const now = await birthOf(pid);
  if (now === undefined) return false;
  return born === "" || now === "" || now === born;
}

/** `undefined` when the process is gone or only waits to be reaped, `""` when the system cannot tell. */
async function birthOf(pid: number): Promise<string | undefined> {
  if (process.platform === "linux") {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
    // The name in parentheses may hold anything, so count from its end: state is the 3rd field, start time the 22nd.
    const fields = stat?.slice(stat.lastIndexOf(")") + 2).split(" ");
    return !fields || fields[0] === "Z" || fields[0] === "X" ? undefined : fields[19];
  }
  if (process.platform === "win32") return "";
  const ps = await runCommand("ps", ["-o", "lstart=", "-p", String(pid)], { timeoutMs: 5_000 });
  if (ps.kind === "failed") return "";
  return ps.code === 0 ? ps.stdout.trim() : undefined;
}
