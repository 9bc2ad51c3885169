import type { MeshEvent, Result } from "@ocelli/model";
import pc from "picocolors";

export type Colors = ReturnType<typeof pc.createColors>;

/** One finished run in one line: when, what, on what, how it went, what it found, how long it took, how late it started. */
export function resultLine(result: Result, colors: Colors): string {
  const verb = { discovery: "discover", enrichment: "enrich", polling: "poll", sink: "write" }[result.kind];
  const ok = result.status === "success";
  const took = result.finishedAtMs - result.startedAtMs;
  const late = result.startedAtMs - result.slotAtMs;
  const times = colors.dim(`${took} ms${result.onDemand ? ", on demand" : `, ${Math.max(0, late)} ms late`}`);
  const said = ok ? found(result) : `${result.status}: ${result.fault?.message ?? ""}`;
  const state = ok ? colors.green("ok") : result.status === "partial" ? colors.yellow("partial") : colors.red("failed");
  return line(result.finishedAtMs, colors, verb, result.plugin, result.resource?.id ?? "", `${state} ${said}  ${times}`);
}

/** One event in one line. */
export function eventLine(event: MeshEvent, colors: Colors): string {
  const paint = /refused|failed|missed|held|incomplete|stale/.test(event.type) ? colors.yellow : colors.cyan;
  return line(event.atMs, colors, paint(event.type), event.plugin, event.resourceId, event.message);
}

function line(atMs: number, colors: Colors, what: string, plugin: string, resource: string, rest: string): string {
  const clock = new Date(atMs).toTimeString().slice(0, 8);
  const subject = [plugin, resource].filter((part) => part !== "").join(" ");
  return `${colors.dim(clock)}  ${pad(what, 18)} ${colors.bold(pad(subject, 34))} ${rest}`;
}

/** Pads by what is visible: colours take no room. */
function pad(text: string, width: number): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
  const visible = text.replace(/\u001b\[\d+m/g, "").length;
  return text + " ".repeat(Math.max(0, width - visible));
}

function found(result: Result): string {
  if (result.kind === "discovery") return `${result.discovery?.summary?.resources ?? 0} resources`;
  if (result.kind === "enrichment") return `${result.sets.map(({ namespace }) => namespace).join(", ")}`;
  const metrics = result.groups.flatMap((group) => group.metrics.map((metric) => ({ group: group.name, ...metric })));
  const groups = new Map<string, number>();
  for (const { name } of result.groups) groups.set(name, (groups.get(name) ?? 0) + 1);
  const counted = [...groups].map(([name, count]) => (count > 1 ? `${count} ${name}` : name)).join(", ");
  return `${metrics.length} metrics (${counted})`;
}
