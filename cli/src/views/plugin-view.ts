import type { PluginReport, PluginStatus, Problem } from "@ocelli/proto/registry";
import { pluginStateWord, reportStateWord } from "../display/words.js";

export interface ProblemView {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/** What one agent says of a plugin. */
export interface ReportView {
  readonly agentId: string;
  readonly state: string;
  readonly reason: string;
  readonly lastError: string;
  readonly module: string;
  readonly revision: string;
  readonly restarts: number;
  readonly problems: readonly ProblemView[];
}

/** A plugin as `ocelli plugins` shows it. Of its settings only what is Ocelli's own: a module's may hold secrets. */
export interface PluginView {
  readonly name: string;
  readonly state: string;
  /** "discovery", "enrichment", "polling", "sink"; empty while nobody knows. */
  readonly kind: string;
  /** 0 where no file was ever accepted. */
  readonly frequencyMs: number;
  readonly timeoutMs: number;
  readonly maxInFlight: number;
  readonly resources: number;
  readonly resourceFilter: string;
  readonly file: string;
  readonly module: string;
  readonly revision: string;
  /** Something runs, whatever is wrong with the newest file. */
  readonly active: boolean;
  /** A newer file waits for an agent to take it. */
  readonly candidateRevision: string;
  readonly documentation: Readonly<Record<string, string>>;
  readonly agents: readonly ReportView[];
  readonly problems: readonly ProblemView[];
}

export function pluginView({ record, state, reports, resources }: PluginStatus): PluginView {
  const spec = record?.active ?? record?.candidate;
  const service = spec?.service || reports.find((report) => report.service !== "")?.service;
  const problems = (record?.problems ?? []).map(problemView);
  return {
    name: record?.name ?? "",
    state: pluginStateWord(state),
    kind: service ?? "",
    frequencyMs: spec?.frequencyMs ?? 0,
    timeoutMs: spec?.timeoutMs ?? 0,
    maxInFlight: spec?.maxInFlight ?? 0,
    resources,
    resourceFilter: spec?.resourceFilter ?? "",
    file: spec?.file ?? problems[0]?.file ?? "",
    module: spec?.module ?? "",
    revision: spec?.revision ?? "",
    active: record?.active !== undefined,
    candidateRevision: record?.candidate?.revision ?? "",
    documentation: spec?.documentation ?? {},
    agents: reports.map(reportView),
    problems,
  };
}

function reportView(report: PluginReport): ReportView {
  const { agentId, reason, lastError, module, revision, restarts, problems } = report;
  const state = reportStateWord(report.state);
  return { agentId, state, reason, lastError, module, revision, restarts, problems: problems.map(problemView) };
}

function problemView({ file, line, message }: Problem): ProblemView {
  return { file, line, message };
}
