import { Command } from "commander";
import { contextOf } from "../context.js";
import { Exit, exitCodes } from "../exit-codes.js";
import { interruption } from "../interruption.js";
import { filterWarning, type OnceOptions, onceInput, withOnceOptions } from "../one-shot/once-options.js";
import { printOutcome } from "../one-shot/print-outcome.js";
import { say } from "../output.js";

export function pollOnceCommand(): Command {
  const command = new Command("once")
    .description("run one module against one resource and print what it finds: no mesh, no broker, nothing published")
    .argument("<plugin-file|module>", "a plugin file, or the file or folder of a module");
  return withOnceOptions(command).action(async (path: string, options: OnceOptions, command: Command) => {
    const context = contextOf(command);
    const { target, resource, enrichments } = await onceInput(path, options, context);
    const filtered = resource && filterWarning(target, resource);
    for (const warning of [...target.warnings, ...(filtered === undefined ? [] : [filtered])]) say(warning);
    const onLine = options.logs ? ({ text }: { text: string }) => say(text) : undefined;
    const { spec } = target;
    const { data, clock, format } = context;
    const signal = interruption();
    // Loaded when it is needed: what starts modules is a third of this command's own start.
    const { runOnce } = await import("../one-shot/run-once.js");
    const outcome = await runOnce({ spec, resource, enrichments, data, clock, say, onLine }, signal);
    printOutcome(outcome, { plugin: spec.name, resource }, format);
    if (outcome.found.status !== "success") throw new Exit(exitCodes.bad);
  });
}
