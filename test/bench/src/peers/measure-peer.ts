import { setTimeout as sleep } from "node:timers/promises";
import { sumOf } from "../figures.js";
import { type Measured, type Window, watchWindow } from "../mesh/window.js";
import type { Child } from "../processes/child.js";
import { Dishonest, type Row, type RowContext } from "../row.js";
import { rowOfWindows } from "../row-of-windows.js";
import type { RunningRedis } from "./redis.js";

const warmUpS = 5;
const startsWithinS = 30;

/** Measures one peer that is being started: Redis, its producer and its workers, by name. */
export async function measurePeer(
  name: string,
  redis: RunningRedis,
  programs: readonly Child[],
  pidsOf: () => Promise<Readonly<Record<string, number>>>,
  context: RowContext,
): Promise<Row> {
  const failed = Promise.race([redis.process, ...programs].map((program) => program.failed));
  failed.catch(() => {});
  await Promise.race([firstRuns(redis, context.signal), failed]);
  await Promise.race([sleep(warmUpS * 1000, undefined, { signal: context.signal }), failed]);
  const pids = { redis: redis.process.pid, ...(await pidsOf()) };
  const measured: Measured = { pids, failed, read: async () => ({ count: await redis.runs(), latenessMs: [] }) };
  const windows: Window[] = [];
  for (let i = 0; i < context.windows; i += 1) {
    const window = await watchWindow(measured, context.seconds, context.signal);
    context.log(`${name}: ${Math.round(window.runsPerS)} runs/s, ${Math.round(window.cpuUsPerRun)} µs of CPU per run`);
    windows.push({ ...window, cpuUsBy: summed(window.cpuUsBy) });
  }
  const refused = await redis.refused();
  if (refused > 0) throw new Dishonest(`${refused} runs found their resource locked, and did no work`);
  const row = await rowOfWindows(name, windows, measured, context);
  return { ...row, residentMbBy: summed(row.residentMbBy ?? {}) };
}

/** Waits until it runs at all, and the programs with it: only then every EVAL is a run. */
async function firstRuns(redis: RunningRedis, signal: AbortSignal): Promise<void> {
  for (let tries = 0; tries < startsWithinS * 10; tries += 1) {
    if ((await redis.runs()) > 100) return;
    await sleep(100, undefined, { signal });
  }
  throw new Dishonest(`nothing ran within ${startsWithinS} s`);
}

/** `worker-1` and `worker-2` are one row of the table: what comes before the number is added up. */
function summed(byProcess: Readonly<Record<string, number>>): Record<string, number> {
  const names = new Set(Object.keys(byProcess).map(plainName));
  const valuesOf = (name: string) => Object.entries(byProcess).filter(([key]) => plainName(key) === name);
  return Object.fromEntries([...names].map((name) => [name, sumOf(Object.fromEntries(valuesOf(name)))]));
}

function plainName(name: string): string {
  return name.replace(/-\d+$/, "");
}
