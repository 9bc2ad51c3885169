import { median, medianBy, sumOf } from "../figures.js";
import type { Window } from "../mesh/window.js";
import type { Row } from "../row.js";
import type { Devices } from "./devices.js";

/** The medians of a row whose runs are devices, with the simulators' CPU apart. */
export function deviceFigures(name: string, windows: readonly Window[], devices: Devices): Row {
  const all = Object.entries(medianBy(windows.map((window) => window.cpuUsBy)));
  const isDevices = ([process]: readonly [string, number]): boolean => process.startsWith("devices-");
  const cpuUsBy = Object.fromEntries(all.filter((entry) => !isDevices(entry)));
  const devicesCpuUsPerRun = sumOf(Object.fromEntries(all.filter(isDevices)));
  const runsPerS = median(windows.map((window) => window.runsPerS));
  const interfacesPerDevice = devices.interfaces / devices.all.length;
  return {
    name,
    runsPerS,
    cpuUsPerRun: sumOf(cpuUsBy),
    cpuUsBy,
    latenessP50Ms: null,
    latenessP99Ms: null,
    windows: windows.map((window) => window.runsPerS),
    more: {
      devices: devices.all.length,
      interfaces: devices.interfaces,
      interfacesPerS: runsPerS * interfacesPerDevice,
      cpuUsPerInterface: sumOf(cpuUsBy) / interfacesPerDevice,
      devicesCpuUsPerRun,
    },
  };
}
