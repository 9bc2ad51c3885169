import { fileURLToPath } from "node:url";
import { checkModule, type Mode, type Outcome, type Report, type Timings } from "@ocelli/conformance";

/** Short enough for a module of ours on a busy machine: what hangs is noticed soon. */
const quick: Timings = {
  startMs: 20_000,
  answerMs: 6_000,
  exitMs: 4_000,
  slackMs: 2_000,
  runMs: 1_200,
  stallMs: 1_500,
  caseMs: 25_000,
};

type Way = "child" | "stand-alone";

export interface MutantPlan {
  /** Empty for the module that breaks nothing. */
  readonly name: string;
  readonly mode: Way;
  readonly skip?: readonly string[];
}

/** The program that plays every mutant. Built: modules are started, not imported. */
export const mutantProgram = fileURLToPath(new URL("../dist/mutant.js", import.meta.url));

/** Runs the kit over one mutant. */
export function checkMutant({ name, mode, skip = [] }: MutantPlan): Promise<Report> {
  const argv: readonly [string, ...string[]] = [process.execPath, mutantProgram, ...(name === "" ? [] : [name])];
  const command = { argv, directory: process.cwd() };
  const subject = { kind: "command", command, title: `mutant ${name}`, folder: undefined } as const;
  return checkModule(subject, { modes: [mode], skip, timings: quick, seed: 4 }, new AbortController().signal);
}

/** The ids of the cases that went so, in one way of starting. */
export function idsOf(report: Report, mode: Mode, kind: Outcome["kind"]): string[] {
  return report.cases.flatMap(({ id, outcomes }) => (outcomes.get(mode)?.kind === kind ? [id] : []));
}

/** Why a case was left out in a report; undefined where it was tried. */
export function reasonOf(report: Report, mode: Mode, id: string): string | undefined {
  const outcome = report.cases.find((one) => one.id === id)?.outcomes.get(mode);
  return outcome?.kind === "not_applicable" ? outcome.reason : undefined;
}

/** What a failing case said, for a test that fails. */
export function failuresOf(report: Report): string {
  return report.cases
    .flatMap(({ id, outcomes }) =>
      [...outcomes].flatMap(([mode, outcome]) =>
        outcome.kind === "failed" ? [`${id} (${mode}): ${outcome.seen}`] : [],
      ),
    )
    .join("\n");
}
