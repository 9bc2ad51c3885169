import { readFileSync } from "node:fs";
import { pause } from "../nemesis/schedule.js";

/** Share of the machine that others may use, measured over a second while nothing of ours runs. */
const othersAtMost = 0.4;
const lookMs = 1_000;
const patienceMs = 30_000;

/** What the processors of the machine have done since it started, in ticks. */
export interface CpuTimes {
  readonly idle: number;
  readonly all: number;
}

/** Reads the first line of /proc/stat. Waiting for a disk is idling. */
function parseCpuTimes(stat: string): CpuTimes {
  const [, ...fields] = (stat.split("\n")[0] ?? "").trim().split(/\s+/).map(Number);
  const [user = 0, nice = 0, system = 0, idle = 0, wait = 0, irq = 0, softIrq = 0, steal = 0] = fields;
  return { idle: idle + wait, all: user + nice + system + idle + wait + irq + softIrq + steal };
}

/** Throws where the machine cannot give true figures: others use it, or its monotonic clock is none that processes share. */
export async function machineIsFree(signal: AbortSignal): Promise<void> {
  if (process.platform !== "linux") {
    throw new Error("the fault suite reads /proc and compares the monotonic clocks of processes: it needs Linux");
  }
  const untilMs = performance.now() + patienceMs;
  for (;;) {
    const before = parseCpuTimes(readFileSync("/proc/stat", "utf8"));
    await pause(lookMs, signal);
    const after = parseCpuTimes(readFileSync("/proc/stat", "utf8"));
    const used = 1 - (after.idle - before.idle) / (after.all - before.all);
    if (used <= othersAtMost) return;
    if (performance.now() > untilMs) {
      const percent = Math.round(used * 100);
      throw new Error(
        `the machine is busy with something else: ${percent} % of its processors are in use before anything is started`,
      );
    }
  }
}
