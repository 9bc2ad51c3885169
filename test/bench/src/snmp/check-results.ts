import { type Bus, tailResults } from "@ocelli/bus";
import { Dishonest } from "../row.js";
import type { SimulatedDevice } from "./devices.js";
import { pluginName } from "./snmp-mesh.js";

/** Reads results until every device had one, and fails unless each holds all interfaces of its device. */
export async function mustBeWhole(
  bus: Bus,
  devices: readonly SimulatedDevice[],
  withinS: number,
  signal: AbortSignal,
): Promise<void> {
  const missing = new Map(devices.map(({ id, interfaces }) => [id, interfaces]));
  const enough = new AbortController();
  const late = setTimeout(() => enough.abort(), withinS * 1000);
  const stop = AbortSignal.any([signal, enough.signal]);
  let wrong = "";
  await tailResults(
    bus.link,
    { plugin: pluginName, resourceId: "", sinceMs: 0 },
    {
      started() {},
      entry({ resource, groups, fault }) {
        const wanted = missing.get(resource?.id ?? "");
        const seen = groups.filter(({ name }) => name === "interface").length;
        if (wanted !== undefined && seen !== wanted)
          wrong ||= `${resource?.id} has ${wanted} interfaces, and its result ${seen} (${fault?.message ?? "no fault"})`;
        missing.delete(resource?.id ?? "");
        if (missing.size === 0) enough.abort();
      },
    },
    stop,
  );
  clearTimeout(late);
  signal.throwIfAborted();
  if (wrong) throw new Dishonest(wrong);
  if (missing.size > 0) throw new Dishonest(`${missing.size} devices had no result within ${withinS} s`);
}
