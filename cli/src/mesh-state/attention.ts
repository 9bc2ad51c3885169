import { printable } from "../display/printable.js";
import { span } from "../display/span.js";
import { skewText } from "../views/clock-skew.js";
import { reasonText } from "../views/pair-view.js";
import type { PluginView, ReportView } from "../views/plugin-view.js";
import { whyHeads } from "../views/plugin-why.js";
import type { MeshState } from "./gather.js";

/** A pair that is late by less is just on its way, on a machine that has much to do. */
const lateWorthSayingMs = 5_000;
const lateNamed = 5;

/** Everything in a mesh that somebody should look at, each in a sentence; what belongs to it follows indented. What an
 *  operator wished, such as a pause, is not among it. */
export function attention(state: MeshState): string[] {
  return [...processes(state), ...plugins(state), ...late(state)];
}

function processes({ processes, schedulers, agents, unled, partitions }: MeshState): string[] {
  const sentences: string[] = [];
  const has = (kind: string): boolean => processes.some((process) => process.kind === kind);
  if (!processes.some(({ kind, leader }) => kind === "registry" && leader)) {
    sentences.push("no registry leads: changes of plugin files and what is discovered are not taken in");
  }
  if (!has("scheduler")) sentences.push("no scheduler is running: nothing is started");
  if (!has("agent")) sentences.push("no agent is running: nothing is polled");
  for (const { silent } of processes) if (silent !== "") sentences.push(printable(silent));
  for (const { id, clockSkewMs } of processes) {
    const skew = skewText(clockSkewMs);
    if (skew !== "") sentences.push(`the clock of ${printable(id)} is ${skew}`);
  }
  if (schedulers.length > 0 && unled.length > 0) {
    const which = unled.length === partitions ? "the partitions are" : `partitions ${unled.join(", ")} are`;
    sentences.push(`${which} led by no scheduler: their pairs are not started`);
  }
  for (const { id, brokerKnown } of [...schedulers, ...agents]) {
    if (!brokerKnown) sentences.push(`${printable(id)} is not sure of the broker: it starts nothing until it is`);
  }
  if (agents.length > 0 && agents.every(({ draining }) => draining)) {
    sentences.push(`every agent is draining: nothing is polled until "ocelli agents undrain ID"`);
  }
  return sentences;
}

function plugins({ plugins }: MeshState): string[] {
  return plugins.filter(isTroubled).flatMap((plugin) => {
    const failing = plugin.state === "ready" && plugin.problems.length === 0 ? ", but its runs fail" : "";
    return [
      `plugin ${printable(plugin.name)} is ${plugin.state}${failing}`,
      ...whyHeads(plugin).map((line) => `    ${line}`),
    ];
  });
}

function isTroubled({ state, problems, agents }: PluginView): boolean {
  if (state === "failed" || state === "refused" || problems.length > 0) return true;
  if (agents.some((report) => report.state === "refused" || report.lastError !== "")) return true;
  // One that waits is in trouble where everybody has looked at it and nobody gets on with it.
  const isStuck = (report: ReportView): boolean => report.state !== "starting" || report.restarts > 0;
  return state === "waiting" && agents.length > 0 && agents.every(isStuck);
}

function late({ late }: MeshState): string[] {
  const worth = late.filter(({ lateMs }) => lateMs >= lateWorthSayingMs);
  if (worth.length === 0) return [];
  const named = worth.slice(0, lateNamed).map(({ plugin, resourceId, lateMs, reason }) => {
    const what = printable([plugin, resourceId].filter((part) => part !== "").join(" on "));
    return `    ${what} by ${span(lateMs)}${reason === "" ? "" : `: ${reasonText(reason)}`}`;
  });
  if (worth.length > named.length) named.push(`    and ${worth.length - named.length} more: see "ocelli late"`);
  return [`${worth.length} ${worth.length === 1 ? "pair is" : "pairs are"} late`, ...named];
}
