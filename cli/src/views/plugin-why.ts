import { printable, printableLines } from "../display/printable.js";
import type { PluginView, ProblemView, ReportView } from "./plugin-view.js";

/** Why a plugin is not as it should be, each in a line and what belongs to it below, indented. Empty where all is well. */
export function whyLines(plugin: PluginView): string[] {
  const { problems, agents, active, candidateRevision } = plugin;
  const told = new Set(problems.map(problemText));
  const reports = agents.flatMap((report) => reportLines(report, told));
  const waits = candidateRevision !== "" && told.size === 0 && reports.length === 0;
  return [
    ...(told.size > 0 && active ? ["the newest file is refused, what ran before goes on:"] : []),
    ...told,
    ...(waits ? [waiting(plugin)] : []),
    ...reports,
  ];
}

/** The same without what belongs to each line. */
export function whyHeads(plugin: PluginView): string[] {
  return whyLines(plugin).filter((line) => !line.startsWith(" "));
}

/** `file:line: message`, as compilers write it. */
function problemText({ file, line, message }: ProblemView): string {
  return `${printable(file)}${line > 0 ? `:${line}` : ""}: ${printable(message)}`;
}

function waiting({ agents, active }: PluginView): string {
  const file = active ? "a newer file" : "its file";
  return agents.length === 0
    ? `${file} waits for an agent: none has looked at it`
    : `${file} waits for an agent to take it`;
}

function reportLines(report: ReportView, told: ReadonlySet<string>): string[] {
  const lines: string[] = [];
  const [first = "", ...rest] = printableLines(report.reason);
  // A refusal is told by its problems.
  if (report.state !== "ready" && !(report.state === "refused" && first === "")) {
    const restarts = report.restarts > 0 ? ` (restarted ${report.restarts} times)` : "";
    lines.push(`on ${printable(report.agentId)} ${report.state}${restarts}${first === "" ? "" : `: ${first}`}`);
    lines.push(...rest.map((line) => `    ${line}`));
  }
  lines.push(...report.problems.map(problemText).filter((text) => !told.has(text)));
  const [error = "", ...more] = printableLines(report.lastError);
  if (error !== "" && error !== first) {
    lines.push(`on ${printable(report.agentId)}, last error: ${error}`, ...more.map((line) => `    ${line}`));
  }
  return lines;
}
