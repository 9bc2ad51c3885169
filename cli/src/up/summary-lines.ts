import { table } from "../output.js";
import type { Summary } from "./tally.js";

/** The summary for people. */
export function summaryLines(summary: Summary, dataPath: string): string[] {
  const runs = summary.plugins.reduce((sum, plugin) => sum + plugin.runs, 0);
  const failed = summary.plugins.reduce((sum, plugin) => sum + plugin.failed, 0);
  const perPlugin = table(summary.plugins, [
    { title: "plugin", of: ({ name }) => name },
    { title: "runs", of: (plugin) => String(plugin.runs) },
    { title: "failed", of: (plugin) => String(plugin.failed) },
    { title: "last fault", of: ({ lastFault }) => lastFault },
  ]).trimEnd();
  return [
    "",
    ...perPlugin.split("\n"),
    "",
    `${runs} runs on ${summary.resources} resources, ${failed} with a fault; ${summary.metrics} metrics.`,
    `Started late by ${ms(summary.lateP50Ms)} (median), ${ms(summary.lateP99Ms)} (99 of 100). Missed slots: ${summary.missed}.`,
    ...(summary.resources > 0 ? [] : ["There is no resource: no plugin discovers any, and none was put by hand."]),
    `Logs, the broker's store and what sinks wrote there are in ${dataPath}.`,
  ];
}

function ms(value: number): string {
  return `${Math.max(0, Math.round(value))} ms`;
}
