import { type Colors, paintOf } from "../display/colors.js";
import { printable } from "../display/printable.js";
import { span } from "../display/span.js";
import { table } from "../output.js";
import type { MeshState, ProcessView } from "./gather.js";

/** A mesh at one moment, for people. `nowMs` by the clock of this machine. */
export function statusLines(state: MeshState, attention: readonly string[], nowMs: number, colors: Colors): string[] {
  const processes = table(state.processes, [
    { title: "process", of: ({ kind }) => kind },
    { title: "id", of: ({ id }) => id },
    { title: "endpoint", of: ({ endpoint }) => endpoint },
    { title: "pid", of: ({ pid }) => String(pid), align: "right" },
    { title: "version", of: ({ version }) => version },
    { title: "up", of: ({ startedAtMs }) => span(Math.max(0, nowMs - startedAtMs)) },
    {
      title: "does",
      of: (process) => doing(process, state),
      paint: ({ silent }) => (silent === "" ? String : colors.red),
    },
  ]);
  const well = attention.length === 0;
  return [
    `mesh ${printable(state.mesh)}, broker ${printable(state.broker)}`,
    "",
    ...processes.trimEnd().split("\n"),
    "",
    `plugins   ${pluginCounts(state, colors)}`,
    `schedule  ${scheduleText(state)}`,
    ...state.pausedPlugins.map(({ plugin, reason }) => {
      return `paused    ${printable(plugin)}${reason === "" ? "" : `: ${printable(reason)}`}`;
    }),
    ...missedLines(state),
    "",
    well ? colors.green("all is well") : colors.yellow("needs attention:"),
    ...attention.map((line) => `  ${line}`),
  ];
}

function doing({ kind, id, leader, silent }: ProcessView, { schedulers, agents, partitions }: MeshState): string {
  if (silent !== "") return "does not answer";
  if (kind === "registry") return leader ? "leads" : "stands by";
  const scheduler = schedulers.find((one) => one.id === id);
  if (kind === "scheduler" && scheduler) return `leads ${scheduler.leads.length} of ${partitions} partitions`;
  const agent = agents.find((one) => one.id === id);
  if (!agent) return "";
  const publishing = agent.publishing > 0 ? `, ${agent.publishing} publishing` : "";
  return `${agent.inFlight} of ${agent.maxInFlight} runs in flight${publishing}${agent.draining ? ", draining" : ""}`;
}

function pluginCounts({ plugins }: MeshState, colors: Colors): string {
  const counts = new Map<string, number>();
  for (const { state } of plugins) counts.set(state, (counts.get(state) ?? 0) + 1);
  const words = [...counts].map(([state, count]) => paintOf(state, colors)(`${count} ${state}`));
  return words.length === 0 ? "none" : words.join(", ");
}

function scheduleText({ schedulers, partitions, unled, late }: MeshState): string {
  if (schedulers.length === 0) return "nobody schedules";
  const sum = (of: (one: MeshState["schedulers"][number]) => number): number =>
    schedulers.reduce((total, one) => total + of(one), 0);
  const led = `${partitions - unled.length} of ${partitions} partitions led`;
  return `${sum(({ pairs }) => pairs)} pairs, ${led}, ${sum(({ tasksSent }) => tasksSent)} tasks sent, ${late.length} late`;
}

function missedLines({ missed, schedulers }: MeshState): string[] {
  if (schedulers.length === 0) return [];
  if (missed.length === 0) return ["missed    no slots since the schedulers started"];
  const total = missed.reduce((sum, { slots }) => sum + slots, 0);
  const rows = missed.map(
    ({ plugin, reason, slots }) => `          ${slots} of ${printable(plugin)}: ${printable(reason)}`,
  );
  return [`missed    ${total} ${total === 1 ? "slot" : "slots"} since the schedulers started`, ...rows];
}
