import type { AgentStatus, Kind, PluginRecord, PluginReport, PluginSpec } from "@ocelli/model";
import { reportsOf } from "./live-agents.js";
import { type PluginState, pluginState } from "./plugin-state.js";

/** A plugin as users see it. */
export interface PluginView {
  readonly record: PluginRecord;
  readonly state: PluginState;
  readonly reports: readonly PluginReport[];
}

export function pluginView(record: PluginRecord, agents: readonly AgentStatus[], paused: boolean): PluginView {
  const reports = reportsOf(agents, record.name);
  return { record, state: pluginState(record, reports, paused), reports };
}

/** What runs, or else what wants to. */
export function specOf(record: PluginRecord): PluginSpec | undefined {
  return record.active ?? record.candidate;
}

/** The service a plugin uses: what its file says, else what the agents found in the module. */
export function serviceOf({ record, reports }: PluginView): Kind | undefined {
  return specOf(record)?.service ?? reports.find((report) => report.service !== undefined)?.service;
}
