import { setTimeout as sleep } from "node:timers/promises";
import { median } from "../figures.js";
import { type Measured, type Window, watchWindow } from "../mesh/window.js";
import { residentPeakMbOf } from "../processes/process-usage.js";
import { Dishonest, type Row, type RowContext, type RowMaker } from "../row.js";
import { rowOfWindows } from "../row-of-windows.js";
import { partitions } from "./scale-bus.js";
import { ScalePrograms } from "./scale-programs.js";

interface Scale {
  readonly name: string;
  readonly pairs: number;
  readonly frequencyS: number;
}

/** Below this share of what is due, something else than the scheduler was the limit. */
const leastShareDone = 0.97;
const warmUpS = 10;

/** What so many pairs cost the scheduler. The first, second and last of these have the same number of runs per second: what a
 *  run costs there shows whether it grows with the number of pairs. */
export const schedulerRows: readonly RowMaker[] = [
  rowMaker({ name: "scheduler-10k", pairs: 10_000, frequencyS: 6 }),
  rowMaker({ name: "scheduler-100k", pairs: 100_000, frequencyS: 60 }),
  rowMaker({ name: "scheduler-1m", pairs: 1_000_000, frequencyS: 60 }),
  rowMaker({ name: "scheduler-even-1m", pairs: 1_000_000, frequencyS: 600 }),
];

function rowMaker(scale: Scale): RowMaker {
  return {
    name: scale.name,
    async make(context) {
      const programs = await ScalePrograms.start(context);
      try {
        return [await makeRow(scale, programs, context)];
      } finally {
        await programs.stop();
      }
    },
  };
}

async function makeRow(scale: Scale, programs: ScalePrograms, context: RowContext): Promise<Row> {
  const { name, pairs, frequencyS } = scale;
  const { read } = programs;
  const duePerS = pairs / frequencyS;
  context.log(`${name}: writing ${pairs} resources and registers`);
  await programs.writePlan(pairs, frequencyS * 1000);
  const standIn = await programs.startStandIn();
  const { scheduler, coldStartS } = await programs.startScheduler();
  const coldStartPeakMb = await residentPeakMbOf(scheduler.pid);
  context.log(`${name}: schedules after ${coldStartS.toFixed(1)} s`);

  const pids = { broker: programs.brokerPid, scheduler: scheduler.pid, "stand-in": standIn.pid };
  const measured: Measured = { pids, failed: programs.failed(), read };
  const windows = await watch(name, measured, duePerS, context);
  const row = await rowOfWindows(name, windows, measured, context);
  await scheduler.stop();

  const publisher = programs.startPublisher(duePerS);
  const publishing: Measured = { pids: { publisher: publisher.pid }, failed: publisher.failed, read };
  const bare = await watch("bare publisher", publishing, duePerS, context);
  const schedulerCorePercent = median(windows.map((window) => corePercent(window, "scheduler")));
  const barePublisherCorePercent = median(bare.map((window) => corePercent(window, "publisher")));
  return {
    ...row,
    more: {
      pairs,
      frequencyS,
      coldStartS,
      coldStartPeakMb,
      schedulerCorePercent,
      barePublisherCorePercent,
      besidePublishingCorePercent: schedulerCorePercent - barePublisherCorePercent,
    },
    note:
      `plan and registers written into KV beforehand, ${partitions} partition; a stand-in in place of agents claims and ` +
      "completes each task; the bare publisher sends ready-made tasks at the same rate after the scheduler has stopped",
  };
}

/** Fails where less was done than is due: then something else than what is measured was the limit. */
async function watch(name: string, measured: Measured, duePerS: number, context: RowContext): Promise<Window[]> {
  await Promise.race([sleep(warmUpS * 1000, undefined, { signal: context.signal }), measured.failed]);
  const windows: Window[] = [];
  for (let i = 0; i < context.windows; i += 1) {
    const window = await watchWindow(measured, context.seconds, context.signal);
    const shares = Object.keys(window.cpuUsBy).map((of) => `${of} ${corePercent(window, of).toFixed(1)} %`);
    context.log(`${name}: ${Math.round(window.runsPerS)} runs/s; of a core: ${shares.join(", ")}`);
    windows.push(window);
  }
  const perS = median(windows.map((window) => window.runsPerS));
  if (perS < duePerS * leastShareDone)
    throw new Dishonest(`${name}: ${Math.round(perS)} runs per second of ${Math.round(duePerS)} that were due`);
  return windows;
}

function corePercent({ cpuUsBy, runs, seconds }: Window, name: string): number {
  return ((cpuUsBy[name] ?? Number.NaN) * runs) / seconds / 10_000;
}
