import { Command } from "commander";
import { contextOf } from "../context.js";
import { toJson } from "../display/json.js";
import { Exit, exitCodes } from "../exit-codes.js";
import { interruption } from "../interruption.js";
import { onceTarget } from "../one-shot/target.js";
import { print } from "../output.js";
import { findModule } from "../plugin-run/module-folder.js";

export function pluginManifestCommand(): Command {
  return new Command("manifest")
    .description("what a module says of itself: handshake, description, and the settings it takes")
    .argument("[path]", "the folder of a module, its file, or a plugin file", ".")
    .action(async (path: string, _options: object, command: Command) => {
      const { format } = contextOf(command);
      const signal = interruption();
      const { spec } = await onceTarget((await findModule(path, undefined)).path, [], undefined);
      const [{ ModuleStarter, stopGraceMs }, { manifestText, manifestView }] = await Promise.all([
        import("../child-modules.js"),
        import("../views/manifest-view.js"),
      ]);
      const started = await new ModuleStarter().start(spec.module, signal);
      if (signal.aborted) throw new Exit(exitCodes.interrupted);
      if (started.kind === "failed") {
        const hint = `"ocelli plugin doctor ${path}" says more`;
        throw new Exit(exitCodes.bad, `the module cannot be used: ${started.reason}\n${hint}`);
      }
      const { module } = started;
      try {
        if (format === "table") print(manifestText(module.link));
        else print(`${toJson(manifestView(module.link), format === "json" ? 2 : undefined)}\n`);
      } finally {
        await module.stop(stopGraceMs, "it was asked what it is");
      }
    });
}
