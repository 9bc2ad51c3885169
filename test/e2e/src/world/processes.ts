import { execFile } from "node:child_process";
import { promisify } from "node:util";

export interface ProcessInfo {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** Every process of the machine, as `ps` tells. */
async function allProcesses(): Promise<ProcessInfo[]> {
  const { stdout } = await promisify(execFile)("ps", ["-eo", "pid=,ppid=,stat=,args="], { maxBuffer: 16 << 20 });
  return stdout.split("\n").flatMap((line) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line);
    if (!match || match[3]?.startsWith("Z")) return [];
    return [{ pid: Number(match[1]), parent: Number(match[2]), command: match[4] ?? "" }];
  });
}

/** A process and everything below it. */
export async function familyOf(pid: number): Promise<ProcessInfo[]> {
  const all = await allProcesses();
  const family = all.filter((one) => one.pid === pid);
  for (const member of family) family.push(...all.filter((one) => one.parent === member.pid));
  return family;
}

/** Which of them are still there. */
export async function stillThere(processes: readonly ProcessInfo[]): Promise<ProcessInfo[]> {
  const now = await allProcesses();
  return processes.filter(({ pid, command }) => now.some((one) => one.pid === pid && one.command === command));
}
