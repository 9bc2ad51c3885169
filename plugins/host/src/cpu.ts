import { loadavg } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { counter, type Group, gauge, type RunState } from "@ocelli/plugin-sdk";
import { type CoreTimes, type CpuTimes, readCpuTimes } from "./cpu-times.js";
import { type CpuMemory, memoryOf, parseMemory, utilization } from "./cpu-usage.js";

/** Long enough for a few ticks of the system, where there is no earlier run to measure from. */
const firstSampleMs = 500;

/** Utilization since the last run (or over half a second, in the first), times as counters, and the load. */
export async function cpuGroups(state: RunState, perCore: boolean, signal: AbortSignal): Promise<Group[]> {
  let times = await readCpuTimes();
  let before = parseMemory(state.get());
  if (utilization(times.all, before?.all) === undefined) {
    before = memoryOf(times);
    await sleep(firstSampleMs, undefined, { signal });
    times = await readCpuTimes();
  }
  state.set(memoryOf(times));
  return [...groupsOf(times, before, perCore), ...loadGroups()];
}

/** The groups of two samples. A share that is not known is left out. */
export function groupsOf({ all, cores }: CpuTimes, before: CpuMemory | undefined, perCore: boolean): Group[] {
  const total = {
    name: "cpu",
    dimensions: { cpu_type: "total", cpu_no: "all" },
    metrics: { ...share(all, before?.all), ...counters(all) },
  };
  const each = perCore ? cores : [];
  const groups = each.map(({ no, times }) => ({
    name: "cpu",
    dimensions: { cpu_type: "core", cpu_no: no },
    metrics: share(times, before?.cores[no]),
  }));
  return [total, ...groups.filter(({ metrics }) => Object.keys(metrics).length > 0)];
}

function share(times: CoreTimes, before: CpuMemory["all"] | undefined): Group["metrics"] {
  const percent = utilization(times, before);
  return percent === undefined ? {} : { utilization_percent: gauge(percent) };
}

function counters(times: CoreTimes): Group["metrics"] {
  return Object.fromEntries(
    Object.entries(times).map(([name, ms]) => [`${name}_ms`, counter(BigInt(Math.round(ms as number)))]),
  );
}

/** Windows has no load: what Node says there is always zero. */
function loadGroups(): Group[] {
  if (process.platform === "win32") return [];
  const [one = 0, five = 0, fifteen = 0] = loadavg();
  return [{ name: "load", metrics: { load_1m: gauge(one), load_5m: gauge(five), load_15m: gauge(fifteen) } }];
}
