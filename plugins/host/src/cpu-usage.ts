import type { CoreTimes, CpuTimes } from "./cpu-times.js";

/** Busy and whole time of one core, in ms. */
type Usage = readonly [busy: number, whole: number];

/** What one run leaves for the next, to measure over the time between them. */
export interface CpuMemory {
  readonly all: Usage;
  /** Empty where there are more cores than a pair's memory holds. */
  readonly cores: Readonly<Record<string, Usage>>;
}

/** A pair may remember 4 KiB. */
const mostRememberedCores = 100;

export function memoryOf({ all, cores }: CpuTimes): CpuMemory {
  const few = cores.length <= mostRememberedCores ? cores : [];
  return { all: usageOf(all), cores: Object.fromEntries(few.map(({ no, times }) => [no, usageOf(times)])) };
}

/** What an earlier run left, undefined where it is none of ours. */
export function parseMemory(value: unknown): CpuMemory | undefined {
  if (typeof value !== "object" || value === null || !("all" in value) || !("cores" in value)) return undefined;
  const { all, cores } = value;
  if (!isUsage(all) || typeof cores !== "object" || cores === null || !Object.values(cores).every(isUsage))
    return undefined;
  return { all, cores: cores as CpuMemory["cores"] };
}

/** Share of the time since `before` that was not idle, in percent. Undefined where no time has passed or the counts went
 *  back, as after a restart of the machine. */
export function utilization(now: CoreTimes, before: Usage | undefined): number | undefined {
  if (!before) return undefined;
  const [busy, whole] = usageOf(now);
  const passed = whole - before[1];
  if (!(passed > 0)) return undefined;
  // Linux may take a little of its iowait back.
  return Math.min(100, Math.max(0, (100 * (busy - before[0])) / passed));
}

function usageOf({ user, nice, system, idle, iowait, irq, steal }: CoreTimes): Usage {
  const busy = user + nice + system + irq + steal;
  return [busy, busy + idle + iowait];
}

function isUsage(value: unknown): value is Usage {
  return Array.isArray(value) && value.length === 2 && value.every((item) => typeof item === "number");
}
