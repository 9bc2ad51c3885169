import type { PluginRecord, PluginReport } from "@ocelli/model";

/** Where a plugin stands, for people. */
export type PluginState = "waiting" | "ready" | "failed" | "refused" | "paused";

/** `reports` are those of agents whose word counts. A plugin whose newest file was refused beside an older one that
 *  runs is `ready`: its problems say the rest. */
export function pluginState(record: PluginRecord, reports: readonly PluginReport[], paused: boolean): PluginState {
  if (!record.active && !record.candidate) return "refused";
  if (paused) return "paused";
  const is = (state: PluginReport["state"]): boolean => reports.some((report) => report.state === state);
  if (record.active && is("ready")) return "ready";
  if (is("starting")) return "waiting";
  if (is("failed")) return "failed";
  // Nobody tries: as a candidate it waits for an agent that can, but what once ran and cannot any more has failed.
  return record.active && reports.length > 0 ? "failed" : "waiting";
}
