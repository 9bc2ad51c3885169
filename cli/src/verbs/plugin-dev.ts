import { Command } from "commander";
import { contextOf } from "../context.js";
import { interruption } from "../interruption.js";
import { type DevOptions, withDevOptions } from "../plugin-dev/dev-options.js";

export function pluginDevCommand(): Command {
  const command = new Command("dev")
    .description(
      "run a plugin beside the live one of a running mesh, as its shadow: what it finds is shown and published nowhere",
    )
    .argument("[path]", "the folder of a module, its file, or a plugin file", ".");
  return withDevOptions(command)
    .addHelpText("after", shadowHelp)
    .action(async (path: string, options: DevOptions, command: Command) => {
      // Loaded when it is needed: what starts modules is a third of this command's own start.
      const { devRun } = await import("../plugin-dev/dev-run.js");
      await devRun(path, options, contextOf(command), interruption());
    });
}

const shadowHelp = `
A copy of each live run is made once that run is over, and never when the next one is near: a device is not asked by both at a
time, and at most once more for each live run. That is still twice the polling of these resources: --resource and --sample
limit it. With --for or --runs it ends with 1 where something other than the values of gauges differs.`;
