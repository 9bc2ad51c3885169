import type { MeshEvent, Result } from "@ocelli/model";
import type { Colors } from "./display/colors.js";
import { pad, printable } from "./display/printable.js";

export type { Colors } from "./display/colors.js";

const verbs = { discovery: "discover", enrichment: "enrich", polling: "poll", sink: "write" } as const;

/** One finished run in one line: when, what, on what, how it went, what it found, how long it took, how late it started. */
export function resultLine(result: Result, colors: Colors): string {
  const { status, fault, kind } = result;
  const took = result.finishedAtMs - result.startedAtMs;
  const late = result.startedAtMs - result.slotAtMs;
  const times = colors.dim(`${took} ms${result.onDemand ? ", on demand" : `, ${Math.max(0, late)} ms late`}`);
  const said = fault ? `${status}: ${fault.message}` : found(result);
  const state = status === "success" ? colors.green("ok") : status === "partial" ? "" : colors.red("failed");
  const words = status === "partial" ? colors.yellow(printable(said)) : `${state} ${printable(said)}`;
  return line(result.finishedAtMs, colors, verbs[kind], result.plugin, result.resource?.id ?? "", `${words}  ${times}`);
}

/** One event in one line. */
export function eventLine(event: MeshEvent, colors: Colors): string {
  const paint = /refused|failed|missed|held|incomplete|stale/.test(event.type) ? colors.yellow : colors.cyan;
  const what = paint(printable(event.type));
  return line(event.atMs, colors, what, event.plugin, event.resourceId, printable(event.message));
}

function line(atMs: number, colors: Colors, what: string, plugin: string, resource: string, rest: string): string {
  const clock = new Date(atMs).toTimeString().slice(0, 8);
  const subject = [plugin, resource].filter((part) => part !== "").join(" ");
  return `${colors.dim(clock)}  ${pad(what, 18)} ${colors.bold(pad(printable(subject), 34))} ${rest}`;
}

function found({ kind, discovery, sets, groups }: Result): string {
  if (kind === "discovery") {
    const count = discovery?.summary?.resources ?? discovery?.resources.length ?? 0;
    return `${count} ${count === 1 ? "resource" : "resources"}`;
  }
  if (kind === "enrichment") return `${sets.map(({ namespace }) => namespace).join(", ") || "nothing"}`;
  const metrics = groups.reduce((sum, group) => sum + group.metrics.length, 0);
  const counts = new Map<string, number>();
  for (const { name } of groups) counts.set(name, (counts.get(name) ?? 0) + 1);
  const counted = [...counts].map(([name, count]) => (count > 1 ? `${count} ${name}` : name)).join(", ");
  return `${metrics} ${metrics === 1 ? "metric" : "metrics"} (${counted})`;
}
