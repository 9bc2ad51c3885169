import { median, medianBy, percentile, sumOf, withoutNumbers } from "./figures.js";
import { mustBeQuiet } from "./honesty.js";
import type { Measured, Window } from "./mesh/window.js";
import { residentMbOf } from "./processes/process-usage.js";
import { Dishonest, type Row, type RowContext } from "./row.js";

/** The medians of some windows, and the memory that the processes use now. Throws Dishonest where others used the machine. */
export async function rowOfWindows(
  name: string,
  windows: readonly Window[],
  measured: Measured,
  context: RowContext,
): Promise<Row> {
  mustBeQuiet(windows, context.allowBusy);
  if (windows.some((window) => window.runs === 0)) throw new Dishonest("nothing was completed for a whole window");
  const lateness = windows.flatMap((window) => window.latenessMs);
  const cpuUsBy = medianBy(windows.map((window) => withoutNumbers(window.cpuUsBy)));
  const residentMbBy: Record<string, number> = {};
  for (const [process, pid] of Object.entries(measured.pids)) residentMbBy[process] = await residentMbOf(pid);
  return {
    name,
    runsPerS: median(windows.map((window) => window.runsPerS)),
    cpuUsPerRun: sumOf(cpuUsBy),
    cpuUsBy,
    latenessP50Ms: percentile(lateness, 0.5),
    latenessP99Ms: percentile(lateness, 0.99),
    residentMbBy: withoutNumbers(residentMbBy),
    windows: windows.map((window) => window.runsPerS),
  };
}
