import { stat } from "node:fs/promises";
import type { Diagnostic } from "@ocelli/plugin-sdk";
import { type Plan, planOf } from "./plan.js";
import type { ExecSettings } from "./settings.js";
import type { Template } from "./template/template.js";

/** What stands for a reference while settings are only looked at. */
const hidden = "***";

/** Everything that is wrong with settings beyond their schema: templates, placeholders, the program itself. */
export async function checkSettings(settings: ExecSettings): Promise<Diagnostic[]> {
  const diagnostics = references(settings);
  if (settings.exec.command === hidden) return diagnostics;
  let plan: Plan;
  try {
    plan = await planOf(withoutHiddenDirectory(settings));
  } catch (error) {
    const summary = error instanceof Error ? error.message : String(error);
    return [...diagnostics, { path: "/exec/directory", summary, detail: "write the whole path" }];
  }
  for (const { path, severity, column, summary, detail } of plan.problems) {
    diagnostics.push({ path, severity, summary: `column ${column}: ${summary}`, detail });
  }
  const { program, directory } = plan;
  if (program.kind === "none") {
    diagnostics.push({ path: "/exec/command", summary: program.summary, detail: program.detail });
  }
  if (!(await stat(directory).catch(() => undefined))?.isDirectory()) {
    const detail = "make it, or name another folder to start the program in";
    diagnostics.push({ path: "/exec/directory", summary: `the folder ${directory} does not exist`, detail });
  }
  return [...diagnostics, ...secretsInArguments(plan), ...fixedAtStart(plan)];
}

/** A folder that comes from a reference is looked at when the plugin is configured: only then its name is known. */
function withoutHiddenDirectory(settings: ExecSettings): ExecSettings {
  const { directory, ...exec } = settings.exec;
  return directory === hidden ? { ...settings, exec } : settings;
}

/** A text that comes from elsewhere would be read as a template: a brace in a password would change its meaning. */
function references({ exec, environment }: ExecSettings): Diagnostic[] {
  const places: readonly (readonly [path: string, text: string])[] = [
    ["/exec/command", exec.command],
    ...Object.entries(environment).map(([name, text]) => [`/environment/${name}`, text] as const),
  ];
  return places
    .filter(([, text]) => text === hidden)
    .map(([path]) => ({
      path,
      summary: "a template cannot come from a reference",
      // biome-ignore lint/suspicious/noTemplateCurlyInString: this is how references are written
      detail: "put the reference into [secret], as in KEY = ${env:NAME}, and write {secret.KEY} here",
    }));
}

function secretsInArguments({ args }: Plan): Diagnostic[] {
  return namesIn(args, (from) => from === "secret").map((name) => ({
    severity: "warning",
    path: "/exec/command",
    summary: `{${name}} in an argument can be read by everybody on the machine`,
    detail: `hand it over in [environment], as in NAME = {${name}}, where the program can take it from there`,
  }));
}

/** A kept program is started once, for all resources. */
function fixedAtStart({ settings, args, environment }: Plan): Diagnostic[] {
  if (settings.exec.mode !== "kept") return [];
  const moving = (from: string): boolean => from !== "settings" && from !== "secret";
  const diagnostic = (path: string, name: string): Diagnostic => ({
    path,
    summary: `{${name}} is not known when a kept program is started`,
    detail: "it is in every request on the program's stdin",
  });
  return [
    ...namesIn(args, moving).map((name) => diagnostic("/exec/command", name)),
    ...environment.flatMap(([variable, value]) =>
      namesIn([value], moving).map((name) => diagnostic(`/environment/${variable}`, name)),
    ),
  ];
}

function namesIn(templates: readonly Template[], wanted: (from: string) => boolean): string[] {
  const names = templates.flatMap((template) =>
    template.flatMap((piece) => (piece.kind === "value" && wanted(piece.source.from) ? [piece.name] : [])),
  );
  return [...new Set(names)];
}
