import type { ModuleLink } from "@ocelli/module-host";
import { Command } from "commander";
import { contextOf } from "../context.js";
import { toJson } from "../display/json.js";
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
      const [{ ModuleStarter }, { withModule }, { manifestText, manifestView }] = await Promise.all([
        import("../child-modules.js"),
        import("../one-shot/with-module.js"),
        import("../views/manifest-view.js"),
      ]);
      const start = (stop: AbortSignal) => new ModuleStarter().start(spec.module, stop);
      const use = (link: ModuleLink): void => {
        if (format === "table") print(manifestText(link));
        else print(`${toJson(manifestView(link), format === "json" ? 2 : undefined)}\n`);
      };
      const hint = `"ocelli plugin doctor ${path}" says more`;
      await withModule({ start, use, hint, endReason: "it was asked what it is" }, signal);
    });
}
