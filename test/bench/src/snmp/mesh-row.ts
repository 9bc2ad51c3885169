import { setTimeout as sleep } from "node:timers/promises";
import { mustBeQuiet } from "../honesty.js";
import { type Measured, type Window, watchWindow } from "../mesh/window.js";
import { residentMbOf } from "../processes/process-usage.js";
import { Dishonest, type Row, type RowContext } from "../row.js";
import { mustBeWhole } from "./check-results.js";
import { deviceFigures } from "./device-figures.js";
import { type Devices, deviceCount } from "./devices.js";
import { type SnmpMesh, startSnmpMesh } from "./snmp-mesh.js";

/** From long to short; the row is the shortest that is kept up. */
const frequenciesS = [10, 5, 3, 2, 1, 0.5] as const;
const leastShareDone = 0.97;
const settleS = 5;

/** `snmp-interface` in a mesh, at the shortest interval that is kept up. */
export async function meshRow(devices: Devices, context: RowContext): Promise<Row> {
  const mesh = await startSnmpMesh(devices.all, context);
  try {
    const frequencyS = await shortestKept(mesh, devices, context);
    const windows = await watch(mesh, devices, frequencyS, context.windows, context);
    if (!windows) throw new Dishonest(`${deviceCount} devices every ${frequencyS} s were not kept up a second time`);
    await mustBeWhole(mesh.bus, devices.all, frequencyS * 2 + 30, context.signal);
    mustBeQuiet(windows, context.allowBusy);
    const note =
      `${deviceCount} simulated devices, each polled every ${frequencyS} s with its interfaces' facts (names, speeds); ` +
      "a run is one device; the simulators' CPU is not in the sum, see devicesCpuUsPerRun";
    const resident = Object.entries(await mesh.pids()).map(async ([of, pid]) => [of, await residentMbOf(pid)] as const);
    const residentMbBy = Object.fromEntries(await Promise.all(resident));
    return { ...deviceFigures("snmp", windows, devices), residentMbBy, note };
  } finally {
    await mesh.stop();
  }
}

/** Leaves the mesh at that interval. */
async function shortestKept(mesh: SnmpMesh, devices: Devices, context: RowContext): Promise<number> {
  let kept: number | undefined;
  for (const frequencyS of frequenciesS) {
    await mesh.poll(frequencyS);
    if (!(await watch(mesh, devices, frequencyS, 1, context))) break;
    kept = frequencyS;
  }
  if (kept === undefined) throw new Dishonest(`${deviceCount} devices are not even polled every ${frequenciesS[0]} s`);
  await mesh.poll(kept);
  return kept;
}

/** Undefined where less was done than is due. */
async function watch(
  mesh: SnmpMesh,
  devices: Devices,
  frequencyS: number,
  count: number,
  context: RowContext,
): Promise<Window[] | undefined> {
  const { signal, log } = context;
  const failed = Promise.race([mesh.failed, devices.failed]);
  failed.catch(() => {});
  await Promise.race([sleep((settleS + frequencyS) * 1000, undefined, { signal }), failed]);
  const pids = { ...(await mesh.pids()), ...devices.pids };
  const measured: Measured = { pids, failed, read: async () => ({ count: await mesh.results(), latenessMs: [] }) };
  const duePerS = devices.all.length / frequencyS;
  const windows: Window[] = [];
  while (windows.length < count) {
    // Whole intervals, so that each window holds each device equally often.
    const seconds = Math.ceil(context.seconds / frequencyS) * frequencyS;
    const window = await watchWindow(measured, seconds, signal);
    log(
      `snmp: ${Math.round(window.runsPerS)} devices/s of ${Math.round(duePerS)}, ${Math.round(window.cpuUsPerRun)} µs each`,
    );
    if (window.runsPerS < duePerS * leastShareDone) return undefined;
    windows.push(window);
  }
  return windows;
}
