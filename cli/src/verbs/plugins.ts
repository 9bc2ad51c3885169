import { Command } from "commander";
import { contextOf } from "../context.js";
import { paintOf } from "../display/colors.js";
import { printable } from "../display/printable.js";
import { span } from "../display/span.js";
import { anyScheduler, openMesh } from "../mesh.js";
import { print, printOne, printRows, say } from "../output.js";
import { elsewhere, verbGroup } from "../verb-group.js";
import { type PauseView, pausesOf } from "../views/pauses.js";
import { type PluginView, pluginView } from "../views/plugin-view.js";
import { whyLines } from "../views/plugin-why.js";
import { pluginsShowCommand } from "./plugins-show.js";

export function pluginsCommand(): Command {
  const others = [pluginsShowCommand(), pauseCommand(), resumeCommand(), confirmRemovalCommand()];
  const group = verbGroup("plugins", "what runs, and why what does not", listCommand(), others);
  return elsewhere(group, "plugin", ["new", "run", "check", "dev", "doctor", "manifest"]);
}

function listCommand(): Command {
  return new Command("list")
    .description("all plugins with their state, and why where one is not ready")
    .action(async (_options: object, command: Command) => {
      const { format, colors, ...context } = contextOf(command);
      using mesh = await openMesh(context);
      const plugins = (await mesh.registry.listPlugins({})).plugins.map(pluginView);
      const isPaused = plugins.some(({ state }) => state === "paused");
      const pauses = isPaused ? await pausesOf(mesh) : new Map<string, PauseView>();
      printRows(
        plugins,
        [
          { title: "plugin", of: ({ name }) => name },
          { title: "state", of: ({ state }) => state, paint: ({ state }) => paintOf(state, colors) },
          { title: "kind", of: ({ kind }) => kind || "-" },
          { title: "every", of: ({ frequencyMs }) => (frequencyMs > 0 ? span(frequencyMs) : "-"), align: "right" },
          { title: "resources", of: ({ resources }) => String(resources), align: "right" },
          { title: "agents", of: agentsText, align: "right" },
        ],
        format,
        "no plugins: the registry's plugin directories hold no plugin file",
      );
      if (format === "table") print(plugins.map((one) => whyBlock(one, pauses.get(one.name))).join(""));
    });
}

/** "1/2": on one of two agents that know of it. */
function agentsText({ agents }: PluginView): string {
  return `${agents.filter(({ state }) => state === "ready").length}/${agents.length}`;
}

function whyBlock(plugin: PluginView, pause: PauseView | undefined): string {
  const lines = [...(pause?.reason ? [printable(pause.reason)] : []), ...whyLines(plugin)];
  if (lines.length === 0) return "";
  const head = `${printable(plugin.name)} is ${plugin.state}:`;
  return ["", head, ...lines.map((line) => `  ${line}`)].map((line) => `${line}\n`).join("");
}

function pauseCommand(): Command {
  return new Command("pause")
    .description("start no more runs of a plugin, on all schedulers")
    .argument("<name>", "the plugin")
    .option("--reason <text>", "why, for others to see", "")
    .action(async (plugin: string, { reason }: { reason: string }, command: Command) => {
      const context = contextOf(command);
      using mesh = await openMesh(context);
      await mesh.registry.getPlugin({ name: plugin });
      await anyScheduler(mesh, (client) => client.pausePlugin({ plugin, reason }));
      say(`${plugin} is paused; it goes on with "ocelli plugins resume ${plugin}"`);
    });
}

function resumeCommand(): Command {
  return new Command("resume")
    .description("let a paused plugin go on")
    .argument("<name>", "the plugin")
    .action(async (plugin: string, _options: object, command: Command) => {
      using mesh = await openMesh(contextOf(command));
      await anyScheduler(mesh, (client) => client.resumePlugin({ plugin }));
      say(`${plugin} goes on`);
    });
}

function confirmRemovalCommand(): Command {
  return new Command("confirm-removal")
    .description("let a discovery plugin remove as many resources at once as it wants to, this time")
    .argument("<name>", "the discovery plugin")
    .action(async (plugin: string, _options: object, command: Command) => {
      const { format, ...context } = contextOf(command);
      using mesh = await openMesh(context);
      const { removed } = await mesh.registry.confirmRemoval({ plugin });
      say(`${removed.length} ${removed.length === 1 ? "resource" : "resources"} removed`);
      printOne({ plugin, removed }, removed.map(printable), format);
    });
}
