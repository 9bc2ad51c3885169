import { sumOf } from "../figures.js";
import { mustBeQuiet } from "../honesty.js";
import type { Window } from "../mesh/window.js";
import { findProgram } from "../processes/find-program.js";
import { coreCount, cpuUsOf, machineUsage } from "../processes/process-usage.js";
import type { Row, RowContext } from "../row.js";
import { mustFindAll, walkAll } from "./bulk-walk.js";
import { deviceFigures } from "./device-figures.js";
import { type Devices, deviceCount } from "./devices.js";

/** Debian's snmpbulkwalk on the same devices. */
export async function bulkWalkRow(devices: Devices, context: RowContext): Promise<Row> {
  const { workDir, signal, log } = context;
  const program = await findProgram("snmpbulkwalk", "on Debian: apt-get install snmp");
  await mustFindAll(program, devices.all, workDir, signal);
  const windows: Window[] = [];
  for (let i = 0; i < context.windows; i += 1) {
    const window = await walkWindow(program, devices, context);
    log(
      `snmpbulkwalk: ${Math.round(window.runsPerS)} devices/s, ${Math.round(window.cpuUsPerRun)} µs of CPU per device`,
    );
    windows.push(window);
  }
  mustBeQuiet(windows, context.allowBusy);
  const note =
    `the same ${deviceCount} devices; three processes a device (ifTable, ifXTable, dot3StatsTable), eight at a time by xargs, ` +
    "numeric output to /dev/null; a run is one device; the simulators' CPU is not in the sum, see devicesCpuUsPerRun";
  return { ...deviceFigures("snmpbulkwalk", windows, devices), note };
}

/** Whole rounds over all devices until the time is over. */
async function walkWindow(
  program: string,
  devices: Devices,
  { workDir, signal, seconds }: RowContext,
): Promise<Window> {
  const look = async () => ({
    atMs: performance.now(),
    devicesUs: sumOf(await cpuUsBy(devices.pids)),
    ownUs: await cpuUsOf(process.pid),
    machine: await machineUsage(),
  });
  const before = await look();
  let [walksUs, runs] = [0, 0];
  while (performance.now() - before.atMs < seconds * 1000) {
    walksUs += (await walkAll(program, devices.all, workDir, signal)).cpuUs;
    runs += devices.all.length;
  }
  const after = await look();
  const spanUs = (after.atMs - before.atMs) * 1000;
  const devicesUs = after.devicesUs - before.devicesUs;
  const othersUs = after.machine.busyUs - before.machine.busyUs - walksUs - devicesUs - (after.ownUs - before.ownUs);
  const usedBy = { snmpbulkwalk: walksUs / runs, "devices-all": devicesUs / runs };
  return {
    seconds: spanUs / 1e6,
    runs,
    runsPerS: runs / (spanUs / 1e6),
    cpuUsBy: usedBy,
    cpuUsPerRun: sumOf(usedBy),
    latenessMs: [],
    latenessP99Ms: null,
    othersShare: Math.max(0, othersUs) / (spanUs * coreCount),
    stolenShare: (after.machine.stolenUs - before.machine.stolenUs) / (spanUs * coreCount),
    clockStepMs: 0, // no lateness is told here
  };
}

async function cpuUsBy(pids: Readonly<Record<string, number>>): Promise<Record<string, number>> {
  const used = Object.entries(pids).map(async ([name, pid]) => [name, await cpuUsOf(pid)] as const);
  return Object.fromEntries(await Promise.all(used));
}
