import type { PluginReport, PluginSpec, Problem } from "@ocelli/model";
import type { PlaceTrouble } from "./module-place.js";
import { type PluginView, verdictOn } from "./plugin-step.js";

/** What a report needs besides the view. */
export interface ReportFacts {
  readonly agentId: string;
  readonly plugin: string;
  /** Why there is no running module for a spec. */
  readonly troubleOf: (spec: PluginSpec) => PlaceTrouble;
  readonly titleOf: (spec: PluginSpec) => string;
  readonly restartsOf: (spec: PluginSpec) => number;
  /** Why the last step failed; empty where it did not. */
  readonly stepTrouble: string;
  readonly lastError: string;
}

type Stand = Pick<PluginReport, "state" | "reason">;

/** What the agent says of a plugin: where it stands, why, and what its module made of the newest file. */
export function reportOf<Module>(view: PluginView<Module>, facts: ReportFacts): PluginReport | undefined {
  const { record, hosted } = view;
  const subject = record?.active ?? record?.candidate;
  if (!record || !subject) return undefined;
  const verdicts = [record.candidate, record.active].flatMap((spec) => {
    const module = spec && view.moduleOf(spec);
    const judgement = spec && module !== undefined ? verdictOn(view, spec, module) : undefined;
    return spec && judgement ? [{ spec, judgement }] : [];
  });
  const [newest] = verdicts;
  const judgement = verdicts.find(({ spec }) => spec === subject)?.judgement;
  return {
    agentId: facts.agentId,
    plugin: facts.plugin,
    revision: hosted?.spec.revision ?? "",
    ...standOf(view, facts, subject),
    service: judgement?.service ?? newest?.judgement.service ?? subject.service,
    judgedRevision: newest?.spec.revision ?? "",
    problems: newest?.judgement.kind === "refused" ? newest.judgement.problems : [],
    restarts: facts.restartsOf(subject),
    module: facts.titleOf(subject),
    lastError: facts.lastError,
  };
}

function standOf<Module>(view: PluginView<Module>, facts: ReportFacts, subject: PluginSpec): Stand {
  const { record, hosted } = view;
  if (hosted) return { state: "ready", reason: waitingFor(view, facts, hosted.spec) };
  const module = view.moduleOf(subject);
  if (module === undefined) return facts.troubleOf(subject);
  const judgement = verdictOn(view, subject, module);
  if (judgement?.kind === "refused") return { state: "refused", reason: firstOf(judgement.problems) };
  if (facts.stepTrouble !== "") return { state: "failed", reason: facts.stepTrouble };
  if (judgement && subject === record?.candidate)
    return { state: "starting", reason: "accepted, and about to be active" };
  return { state: "starting", reason: judgement ? "it is being configured" : "its settings are being looked at" };
}

/** Why a newer revision does not serve yet. Empty where there is none. */
function waitingFor<Module>(view: PluginView<Module>, facts: ReportFacts, hosted: PluginSpec): string {
  const { active, candidate } = view.record ?? {};
  const newer = active && active.revision !== hosted.revision ? active : candidate;
  if (!newer) return "";
  const module = view.moduleOf(newer);
  if (module === undefined)
    return `the newer file waits for its module: ${facts.troubleOf(newer).reason || "it starts"}`;
  const judgement = verdictOn(view, newer, module);
  if (judgement?.kind === "refused") return `the newer file is refused: ${firstOf(judgement.problems)}`;
  return facts.stepTrouble === "" ? "" : `the newer file waits: ${facts.stepTrouble}`;
}

function firstOf(problems: readonly Problem[]): string {
  const [first, ...more] = problems;
  if (!first) return "the module did not say why";
  const where = first.line > 0 ? `line ${first.line}: ` : "";
  return `${where}${first.message}${more.length > 0 ? ` (and ${more.length} more)` : ""}`;
}
