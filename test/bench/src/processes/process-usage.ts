import { readFile } from "node:fs/promises";
import { cpus } from "node:os";

/** Linux counts CPU time in hundredths of a second whatever the kernel's own tick is. */
const usPerTick = 10_000;

/** CPU time of a process since its start, all threads, user and system, in microseconds. Fails when it is gone. */
export async function cpuUsOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  // The name in parentheses may hold spaces; what follows it begins with field 3.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * usPerTick;
}

/** Resident memory in MB. */
export async function residentMbOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? Number.NaN) / 1024;
}

export interface MachineUsage {
  /** CPU time that anybody used, in microseconds. */
  readonly busyUs: number;
  /** CPU time that the machine below kept from us. */
  readonly stolenUs: number;
}

export async function machineUsage(): Promise<MachineUsage> {
  const line = (await readFile("/proc/stat", "utf8")).split("\n", 1)[0] ?? "";
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = line
    .trim()
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return { busyUs: (user + nice + system + irq + softirq) * usPerTick, stolenUs: steal * usPerTick };
}

export const coreCount = cpus().length;

/** The most memory that ever was resident, in MB. */
export async function residentPeakMbOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? Number.NaN) / 1024;
}
