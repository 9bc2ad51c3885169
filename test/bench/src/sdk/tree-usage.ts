import { readFile } from "node:fs/promises";
import { processTree } from "../processes/process-tree.js";
import { residentMbOf } from "../processes/process-usage.js";

const usPerTick = 10_000;

/** CPU time of a process, and of all programs it has started, ended ones too; in microseconds since they started. */
export async function treeCpuUs(pid: number): Promise<{ readonly own: number; readonly programs: number }> {
  let own = 0;
  let programs = 0;
  for (const one of await processTree(pid)) {
    const { ownUs, endedUs } = await cpuOf(one);
    if (one === pid) own = ownUs;
    else programs += ownUs;
    programs += endedUs;
  }
  return { own, programs };
}

/** Resident memory of a process and of the programs it runs now, in MB. */
export async function treeResidentMb(pid: number): Promise<number> {
  const all = (await processTree(pid)).map((one) => residentMbOf(one).catch(() => 0));
  return (await Promise.all(all)).reduce((sum, mb) => sum + mb, 0);
}

/** 0 for a program that ended just now: whoever waited for it has its time then. */
async function cpuOf(pid: number): Promise<{ readonly ownUs: number; readonly endedUs: number }> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  if (stat === "") return { ownUs: 0, endedUs: 0 };
  const fields = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .map(Number);
  const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = fields.slice(11, 15);
  return { ownUs: (user + system) * usPerTick, endedUs: (endedUser + endedSystem) * usPerTick };
}
