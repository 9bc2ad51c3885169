import { setTimeout as sleep } from "node:timers/promises";
import { percentile, sumOf } from "../figures.js";
import { coreCount, cpuUsOf, machineUsage } from "../processes/process-usage.js";
import type { RowContext } from "../row.js";

/** What is measured from outside: processes, and a count of what they completed. */
export interface Measured {
  readonly pids: Readonly<Record<string, number>>;
  /** Rejects when something that is measured ends. */
  readonly failed: Promise<never>;
  /** Completed so far, and the lateness in ms of a sample since the last call. */
  read(): Promise<{ readonly count: number; readonly latenessMs: readonly number[] }>;
  /** CPU time in microseconds by process, where it is more than that of `pids`. */
  cpuUs?(): Promise<Record<string, number>>;
}

export interface Window {
  readonly seconds: number;
  readonly runs: number;
  readonly runsPerS: number;
  readonly cpuUsBy: Readonly<Record<string, number>>;
  readonly cpuUsPerRun: number;
  readonly latenessMs: readonly number[];
  readonly latenessP99Ms: number | null;
  /** Share of the machine that processes used which are neither measured nor ours. */
  readonly othersShare: number;
  /** Share of the machine that was taken from us from below. */
  readonly stolenShare: number;
  /** How far the wall clock went apart from the monotonic one: lateness is told by the first, spans by the second. */
  readonly clockStepMs: number;
}

/** Watches for a while: completed runs, and the CPU that each process used meanwhile. */
export async function watchWindow(measured: Measured, seconds: number, signal: AbortSignal): Promise<Window> {
  const before = await look(measured);
  await Promise.race([sleep(seconds * 1000, undefined, { signal }), measured.failed]);
  const after = await look(measured);
  const spanUs = (after.atMs - before.atMs) * 1000;
  const runs = after.count - before.count;
  const usedUs = Object.fromEntries(
    Object.keys(after.cpuUs).map((name) => [name, (after.cpuUs[name] ?? 0) - (before.cpuUs[name] ?? 0)]),
  );
  const { busyUs, stolenUs } = after.machine;
  const ownUs = after.ownUs - before.ownUs;
  const othersUs = Math.max(0, busyUs - before.machine.busyUs - sumOf(usedUs) - ownUs);
  const cpuUsBy = Object.fromEntries(Object.entries(usedUs).map(([name, us]) => [name, us / Math.max(1, runs)]));
  return {
    seconds: spanUs / 1e6,
    runs,
    runsPerS: runs / (spanUs / 1e6),
    cpuUsBy,
    cpuUsPerRun: sumOf(cpuUsBy),
    latenessMs: after.latenessMs,
    latenessP99Ms: percentile(after.latenessMs, 0.99),
    othersShare: othersUs / (spanUs * coreCount),
    clockStepMs: Math.abs(after.wallMs - before.wallMs - (after.atMs - before.atMs)),
    stolenShare: (stolenUs - before.machine.stolenUs) / (spanUs * coreCount),
  };
}

async function look(measured: Measured) {
  const { count, latenessMs } = await measured.read();
  const [atMs, wallMs] = [performance.now(), Date.now()];
  const cpuUs = await (measured.cpuUs?.() ?? cpuUsOfAll(measured.pids));
  return { atMs, wallMs, count, latenessMs, cpuUs, ownUs: await cpuUsOf(process.pid), machine: await machineUsage() };
}

async function cpuUsOfAll(pids: Measured["pids"]): Promise<Record<string, number>> {
  const cpuUs: Record<string, number> = {};
  for (const [name, pid] of Object.entries(pids)) cpuUs[name] = await cpuUsOf(pid);
  return cpuUs;
}

/** As many windows as a row is the median of, each with a line for who waits. `what` says what is measured. */
export async function watchWindows(what: string, measured: Measured, context: RowContext): Promise<Window[]> {
  await measured.read(); // throws away what was sampled before
  const windows: Window[] = [];
  for (let i = 0; i < context.windows; i += 1) {
    const window = await watchWindow(measured, context.seconds, context.signal);
    context.log(`${what}: ${windowText(window)}`);
    windows.push(window);
  }
  return windows;
}

export function windowText(window: Window): string {
  const by = Object.entries(window.cpuUsBy).map(([name, us]) => `${name} ${us.toFixed(1)}`);
  const late = window.latenessP99Ms === null ? "" : `, p99 ${window.latenessP99Ms} ms`;
  const others = window.othersShare < 0.01 ? "" : `, others ${(window.othersShare * 100).toFixed(0)} %`;
  return `${Math.round(window.runsPerS)} runs/s, ${window.cpuUsPerRun.toFixed(1)} µs (${by.join(", ")})${late}${others}`;
}
