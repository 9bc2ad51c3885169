import { printable, printableLines } from "../display/printable.js";
import type { PluginView, ProblemView, ReportView } from "./plugin-view.js";

/** Why a plugin is not as it should be, each in a line and what belongs to it below, indented. Empty where all is well. */
export function whyLines(plugin: PluginView): string[] {
  const { problems, agents } = plugin;
  const lines: string[] = [];
  if (problems.length > 0 && plugin.active) lines.push("the newest file is refused, what ran before goes on:");
  const told = new Set(problems.map(problemText));
  lines.push(...told);
  if (plugin.candidateRevision !== "" && problems.length === 0) lines.push(waiting(plugin));
  for (const report of agents) lines.push(...reportLines(report, told));
  return lines;
}

/** `file:line: message`, as compilers write it. */
export function problemText({ file, line, message }: ProblemView): string {
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
  if (report.state !== "ready") {
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
