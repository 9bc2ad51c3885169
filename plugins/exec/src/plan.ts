import { basename, dirname } from "node:path";
import { absolutePath } from "@ocelli/plugin-sdk";
import { safeName } from "./formats/names.js";
import { type FoundProgram, findProgram } from "./program/find-program.js";
import type { ExecSettings } from "./settings.js";
import type { KnownKeys } from "./template/placeholder.js";
import { parseCommand, parseValue, type Template, type TemplateProblem } from "./template/template.js";

/** Settings as they are run. */
export interface Plan {
  readonly settings: ExecSettings;
  readonly program: FoundProgram;
  /** What the program is called in messages and groups, such as "check_load". */
  readonly name: string;
  readonly group: string;
  readonly directory: string;
  readonly args: readonly Template[];
  readonly environment: readonly (readonly [name: string, value: Template])[];
  readonly problems: readonly PlanProblem[];
}

export interface PlanProblem extends TemplateProblem {
  /** JSON pointer into the settings. */
  readonly path: string;
}

/** What is worked out once for each revision of a plugin's settings. */
export async function planOf(settings: ExecSettings): Promise<Plan> {
  const { exec, ocelli } = settings;
  const known: KnownKeys = { settings: Object.keys(settings.settings), secret: Object.keys(settings.secret) };
  const command = parseCommand(exec.command, known);
  const problems: PlanProblem[] = command.problems.map((problem) => ({ ...problem, path: "/exec/command" }));
  const environment = Object.entries(settings.environment).map(([name, text]) => {
    const { template, problems: own } = parseValue(text, known);
    problems.push(...own.map((problem) => ({ ...problem, path: `/environment/${name}` })));
    return [name, template] as const;
  });
  const [first = [], ...args] = command.words;
  const programName = first.map((piece) => (piece.kind === "text" ? piece.text : `{${piece.name}}`)).join("");
  const program: FoundProgram = first.some((piece) => piece.kind === "value")
    ? {
        kind: "none",
        summary: "the program itself cannot come from a placeholder",
        detail: "what is run is the plugin file's to say: write its name, and use placeholders in its arguments",
      }
    : await findProgram(programName, ocelli?.directory);
  const name = basename(programName).replace(/\.[A-Za-z0-9]+$/, "") || "program";
  const path = program.kind === "program" ? program.path : "/";
  return {
    settings,
    program,
    name,
    group: exec.group ?? safeName(name),
    directory: exec.directory ? absolutePath(exec.directory, ocelli?.directory) : (ocelli?.directory ?? dirname(path)),
    args,
    environment,
    problems,
  };
}

const plans = new WeakMap<ExecSettings, Promise<Plan>>();

/** The plan of settings that a run was given: they are the same object as long as they do not change. A program that is
 *  missing is looked for again. */
export function keptPlanOf(settings: ExecSettings): Promise<Plan> {
  const known = plans.get(settings);
  if (known) return known;
  const plan = planOf(settings);
  plans.set(settings, plan);
  const forget = (): void => void plans.delete(settings);
  plan.then(({ program }) => program.kind === "none" && forget(), forget);
  return plan;
}
