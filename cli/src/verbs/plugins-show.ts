import { Command } from "commander";
import { contextOf } from "../context.js";
import { paintOf } from "../display/colors.js";
import { fieldLines } from "../display/fields.js";
import { printable } from "../display/printable.js";
import { span } from "../display/span.js";
import { openMesh } from "../mesh.js";
import { printOne } from "../output.js";
import { pausesOf } from "../views/pauses.js";
import { type PluginView, pluginView, type ReportView } from "../views/plugin-view.js";
import { whyLines } from "../views/plugin-why.js";

export function pluginsShowCommand(): Command {
  return new Command("show")
    .description("one plugin: where it comes from, where it runs, what is wrong")
    .argument("<name>", "the plugin")
    .action(async (name: string, _options: object, command: Command) => {
      const { format, colors, ...context } = contextOf(command);
      using mesh = await openMesh(context);
      const { plugin } = await mesh.registry.getPlugin({ name });
      if (!plugin) return;
      const view = pluginView(plugin);
      const pause = view.state === "paused" ? (await pausesOf(mesh)).get(name) : undefined;
      const state = paintOf(view.state, colors)(view.state);
      const paused = pause?.reason ? `${state}: ${printable(pause.reason)}` : state;
      const why = whyLines(view);
      const lines = [
        ...fieldLines(fieldsOf(view), { state: paused }),
        ...view.agents.map((report) => `on ${printable(report.agentId)}  ${agentText(report)}`),
        ...(why.length > 0 ? ["", "what is wrong:", ...why.map((line) => `  ${line}`)] : []),
      ];
      printOne({ ...view, pause: pause ?? null }, lines, format);
    });
}

function fieldsOf(view: PluginView): Record<string, string> {
  const { documentation, frequencyMs, timeoutMs } = view;
  const fields = {
    plugin: view.name,
    state: view.state,
    kind: view.kind,
    file: view.file,
    module: view.module,
    revision: view.revision,
    every: frequencyMs > 0 ? span(frequencyMs) : "",
    timeout: timeoutMs > 0 ? span(timeoutMs) : "",
    filter: view.resourceFilter,
    resources: String(view.resources),
    "in flight": view.maxInFlight > 0 ? `at most ${view.maxInFlight} on each agent` : "",
  };
  const own = Object.entries(documentation).map(([key, value]): [string, string] => [key.toLowerCase(), value]);
  return { ...fields, ...Object.fromEntries(own.filter(([key]) => !(key in fields))) };
}

function agentText({ state, module, restarts }: ReportView): string {
  const again = restarts > 0 ? `, restarted ${restarts} times` : "";
  return `${state}${module === "" ? "" : `, ${printable(module)}`}${again}`;
}
