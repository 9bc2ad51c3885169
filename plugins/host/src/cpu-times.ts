import { readFile } from "node:fs/promises";
import { cpus } from "node:os";

/** What a core spent its time on since the start of the machine, in ms. */
export interface CoreTimes {
  readonly user: number;
  readonly nice: number;
  readonly system: number;
  readonly idle: number;
  readonly iowait: number;
  readonly irq: number;
  readonly steal: number;
}

export interface CpuTimes {
  readonly all: CoreTimes;
  readonly cores: readonly { readonly no: string; readonly times: CoreTimes }[];
}

/** Linux counts in hundredths of a second on every architecture Node runs on. */
const msPerTick = 10;

/** Reads the times from the system. */
export async function readCpuTimes(): Promise<CpuTimes> {
  return process.platform === "linux" ? parseProcStat(await readFile("/proc/stat", "utf8")) : portableCpuTimes();
}

/** The `cpu` lines of /proc/stat. Cores that are switched off have none. */
export function parseProcStat(text: string): CpuTimes {
  let all: CoreTimes | undefined;
  const cores: { no: string; times: CoreTimes }[] = [];
  for (const [, no = "", rest = ""] of text.matchAll(/^cpu(\d*)\s+(.+)$/gm)) {
    const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0] = rest
      .split(/\s+/)
      .map((ticks) => Number(ticks) * msPerTick);
    const times = { user, nice, system, idle, iowait, irq: irq + softirq, steal };
    if (no === "") all = times;
    else cores.push({ no, times });
  }
  if (!all) throw new Error("/proc/stat has no line for the cpu");
  return { all, cores };
}

/** What Node says on every system; it knows neither iowait nor steal. */
export function portableCpuTimes(): CpuTimes {
  const cores = cpus().map(({ times: { user, nice, sys, idle, irq } }, index) => ({
    no: String(index),
    times: { user, nice, system: sys, idle, irq, iowait: 0, steal: 0 },
  }));
  const sum = (name: keyof CoreTimes): number => cores.reduce((total, { times }) => total + times[name], 0);
  const all = {
    user: sum("user"),
    nice: sum("nice"),
    system: sum("system"),
    idle: sum("idle"),
    iowait: 0,
    irq: sum("irq"),
    steal: 0,
  };
  return { all, cores };
}
