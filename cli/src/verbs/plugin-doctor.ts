import { Command } from "commander";
import { contextOf } from "../context.js";
import { toJson } from "../display/json.js";
import { Exit, exitCodes } from "../exit-codes.js";
import { interruption } from "../interruption.js";
import { print, say } from "../output.js";
import { type Step, stepLines } from "../plugin-doctor/step.js";

export function pluginDoctorCommand(): Command {
  return new Command("doctor")
    .description("why a module does not start, step by step, and what to do about it")
    .argument("[path]", "the folder of a module, its file, or a plugin file", ".")
    .action(async (path: string, _options: object, command: Command) => {
      const { format, colors, data, clock } = contextOf(command);
      const signal = interruption();
      const [{ examine }, { ModuleStarter }] = await Promise.all([
        import("../plugin-doctor/examine.js"),
        import("../child-modules.js"),
      ]);
      const starter = new ModuleStarter();
      const steps: Step[] = [];
      const patient = { path, data, clock, start: starter.start.bind(starter) };
      for await (const step of examine(patient, signal)) {
        if (signal.aborted) throw new Exit(exitCodes.interrupted);
        steps.push(step);
        // Each as it comes: a start may take its time.
        if (format === "table") print(`${stepLines(step, colors).join("\n")}\n`);
        if (format === "jsonl") print(`${toJson(step)}\n`);
      }
      if (format === "json") print(`${toJson({ ok: isWell(steps), steps })}\n`);
      if (!isWell(steps)) throw new Exit(exitCodes.bad);
      say(steps.some(({ state }) => state === "odd") ? "It starts; see what is odd above." : "It starts and answers.");
    });
}

function isWell(steps: readonly Step[]): boolean {
  return steps.every(({ state }) => state !== "bad");
}
