import { Command } from "commander";
import { elsewhere } from "../verb-group.js";
import { pluginCheckCommand } from "./plugin-check.js";
import { pluginDevCommand } from "./plugin-dev.js";
import { pluginDoctorCommand } from "./plugin-doctor.js";
import { pluginManifestCommand } from "./plugin-manifest.js";
import { pluginNewCommand } from "./plugin-new.js";
import { pluginRunCommand } from "./plugin-run.js";

/** What a plugin's author does. What a mesh does with plugins is in `plugins`. */
export function pluginCommand(): Command {
  const group = new Command("plugin")
    .description("write a plugin: a new one, one run, why it does not start, whether it behaves")
    .addCommand(pluginNewCommand())
    .addCommand(pluginRunCommand())
    .addCommand(pluginCheckCommand())
    .addCommand(pluginDoctorCommand())
    .addCommand(pluginManifestCommand())
    .addCommand(pluginDevCommand());
  return elsewhere(group, "plugins", ["list", "show", "pause", "resume", "confirm-removal"]);
}
