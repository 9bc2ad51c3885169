import { Command } from "commander";
import { type Context, contextOf } from "../context.js";
import { Exit, exitCodes } from "../exit-codes.js";
import { failureOf } from "../failure.js";
import { interruption } from "../interruption.js";
import { filterWarning, type OnceOptions, onceInput, withOnceOptions } from "../one-shot/once-options.js";
import { printOutcome } from "../one-shot/print-outcome.js";
import { say } from "../output.js";
import { type BuildStep, build, buildStepOf } from "../plugin-run/build-step.js";
import { findModule } from "../plugin-run/module-folder.js";
import { staleWarning } from "../plugin-run/stale-build.js";
import { authorLine } from "../views/module-line.js";

interface RunOptions extends OnceOptions {
  readonly watch?: boolean;
}

export function pluginRunCommand(): Command {
  const command = new Command("run")
    .description("run a plugin once and print what it finds: no mesh, no broker, nothing published")
    .argument("[path]", "the folder of a module, its file, or a plugin file", ".");
  return withOnceOptions(command)
    .option("--watch", "build and run it again on every change")
    .addHelpText("after", fixtureHelp)
    .action(async (path: string, options: RunOptions, command: Command) => {
      const context = contextOf(command);
      const signal = interruption();
      if (!options.watch) {
        const stale = await staleWarning((await findModule(path, options.service)).moduleFolder);
        if (stale !== undefined) say(stale);
        return await runOnce(path, options, context, signal);
      }
      if (options.resource === "-")
        throw new Exit(exitCodes.usage, "--watch runs again and again, and stdin comes once");
      await watch(path, options, context, signal);
    });
}

const fixtureHelp = `
In a module's folder its plugin file and the resource in fixture.json are found by themselves. A sink gets sample results.`;

async function watch(path: string, options: RunOptions, context: Context, signal: AbortSignal): Promise<void> {
  const found = await findModule(path, options.service);
  const step = await buildStepOf(found.moduleFolder);
  const [{ followModule }, { watchRun }] = await Promise.all([
    import("../plugin-run/follow-module.js"),
    import("../plugin-run/watch-run.js"),
  ]);
  const changes = await followModule(found, step, context.clock);
  const run = async (stop: AbortSignal): Promise<void> => {
    if (!step || (await isBuilt(step, stop))) await runOnce(path, options, context, stop);
  };
  try {
    await watchRun({ changes, run, say, failure: (error) => failureOf(error).message }, signal);
  } finally {
    await changes.close();
  }
}

async function isBuilt(step: BuildStep, signal: AbortSignal): Promise<boolean> {
  const outcome = await build(step, signal);
  if (outcome.kind === "failed") say(`${step.argv.join(" ")} failed:\n${outcome.said}`);
  return outcome.kind === "built";
}

async function runOnce(path: string, options: RunOptions, context: Context, signal: AbortSignal): Promise<void> {
  const found = await findModule(path, options.service);
  const isGuess = options.resource === undefined && found.fixture !== undefined;
  const input = await onceInput(found.path, isGuess ? { ...options, resource: found.fixture } : options, context);
  const { target, resource, enrichments } = input;
  const { spec } = target;
  const filtered = resource && spec.service !== "discovery" ? filterWarning(target, resource) : undefined;
  for (const warning of [...target.warnings, ...(filtered === undefined ? [] : [filtered])]) say(warning);
  const onLine = ({ text }: { text: string }): void => {
    const line = options.logs ? text : authorLine({ text });
    if (line !== undefined) say(line);
  };
  // Loaded when it is needed: what starts modules is a third of this command's own start.
  const once = await import("../one-shot/run-once.js");
  const { data, clock, format } = context;
  const tried = isGuess ? { resource: undefined, fixture: resource } : { resource };
  const outcome = await once.runOnce({ spec, ...tried, enrichments, data, clock, say, onLine, sinks: true }, signal);
  printOutcome(outcome, { plugin: spec.name, resource: outcome.resource }, format);
  if (outcome.found.status !== "success") throw new Exit(exitCodes.bad);
}
