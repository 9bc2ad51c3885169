import type { AgentStatus, PluginReport, PluginSpec, Problem } from "@ocelli/model";
import { startOf } from "./live-agents.js";

/** That a revision was refused, and by which starts of which agents. Held in memory: after a restart of the
 *  registry the file is offered once more, and the agents' answer is the same. */
export interface Refusal {
  readonly revision: string;
  readonly problems: readonly Problem[];
  readonly by: readonly string[];
}

/** What the live agents make of a file that the registry found good. */
export type Judgement =
  /** One took it and runs it or is about to. */
  | { readonly kind: "accepted" }
  /** Nobody has taken it yet, somebody still may. `problems` are those of the agents that refused it so far. */
  | { readonly kind: "pending"; readonly problems: readonly Problem[]; readonly refusal: Refusal | undefined }
  /** Everybody who could run it refused it. */
  | { readonly kind: "refused"; readonly refusal: Refusal };

/** What `agents` say of `spec`. One acceptance is enough. Agents that cannot host the module or are draining are not
 *  waited for; an agent start that is named in `before` has refused it already, whatever it looks at now. */
export function judge(spec: PluginSpec, agents: readonly AgentStatus[], before: Refusal | undefined): Judgement {
  const known = before?.revision === spec.revision ? before : undefined;
  const by: string[] = [];
  const problems: Problem[] = [];
  let awaited = false;
  for (const agent of agents) {
    const report = agent.reports.find((one) => one.plugin === spec.name);
    const judged = report?.judgedRevision === spec.revision ? report : undefined;
    if (judged && accepts(judged)) return { kind: "accepted" };
    if (judged && refuses(judged)) {
      by.push(startOf(agent));
      problems.push(...reasons(judged, spec));
    } else if (known?.by.includes(startOf(agent))) {
      by.push(startOf(agent));
      problems.push(...known.problems);
    } else if (!agent.draining && report?.state !== "absent") {
      awaited = true;
    }
  }
  if (by.length === 0) return { kind: "pending", problems: [], refusal: undefined };
  const refusal = { revision: spec.revision, problems: distinct(problems), by };
  return awaited ? { kind: "pending", problems: refusal.problems, refusal } : { kind: "refused", refusal };
}

function accepts(report: PluginReport): boolean {
  return report.problems.length === 0 && (report.state === "ready" || report.state === "starting");
}

function refuses(report: PluginReport): boolean {
  return report.problems.length > 0 || report.state === "refused";
}

function reasons(report: PluginReport, spec: PluginSpec): readonly Problem[] {
  if (report.problems.length > 0) return report.problems;
  return [{ file: spec.file, line: 0, message: report.reason || "the module refused the settings" }];
}

/** So many problems of one plugin are kept. */
const problemsMax = 100;

/** Without repetitions, in the order of the lines, the first hundred. */
export function distinct(problems: readonly Problem[]): Problem[] {
  const seen = new Map(
    problems.map((problem) => [`${problem.file}\u0000${problem.line}\u0000${problem.message}`, problem]),
  );
  return [...seen.values()]
    .sort((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1))
    .slice(0, problemsMax);
}
