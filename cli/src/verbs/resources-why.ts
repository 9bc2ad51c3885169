import { messageOf, OcelliError } from "@ocelli/model";
import { Command } from "commander";
import { type Context, contextOf } from "../context.js";
import { printable } from "../display/printable.js";
import { Exit, exitCodes } from "../exit-codes.js";
import { ladderLines } from "../ladder/ladder-lines.js";
import { isWell, meantFirst, type Rung, rungOf } from "../ladder/rungs.js";
import { askAll, type MeshClient, openMesh } from "../mesh.js";
import { printOne, say } from "../output.js";
import { pluginView } from "../views/plugin-view.js";
import { type ResourceView, resourceView } from "../views/resource-view.js";
import { type RunView, runView } from "../views/run-view.js";
import { pairsOf } from "./pairs-of.js";

export function resourcesWhyCommand(): Command {
  return new Command("why")
    .description(
      "why a resource is polled or not: filters, plugins, schedule, last runs; ends with 1 where something is not right",
    )
    .argument("<id>", "the resource")
    .option("--plugin <name>", "only this plugin")
    .action(async (id: string, { plugin }: { plugin?: string }, command: Command) => {
      const { format, colors, ...context } = contextOf(command);
      using mesh = await openMesh(context);
      const view = await resourceOf(mesh, id);
      const { rungs, nowMs } = await climb(mesh, id, plugin, context);
      printOne({ ...view, rungs }, ladderLines(view, rungs, nowMs, colors), format);
      if (!isWell(rungs, plugin !== undefined)) throw new Exit(exitCodes.bad);
    });
}

/** Throws an Exit that names resources like it, where there is none of this id. */
async function resourceOf(mesh: MeshClient, id: string): Promise<ResourceView> {
  try {
    const { record } = await mesh.registry.getResource({ id });
    const view = record && resourceView(record);
    if (view) return view;
  } catch (error) {
    if (!(error instanceof OcelliError && error.code === "not_found")) throw error;
  }
  const part = id.replace(/["\\]/g, "\\$&");
  const like = await mesh.registry.listResources({ filter: `resource_id LIKE "%${part}%"`, pageSize: 5 });
  const ids = like.resources.map(({ resource }) => JSON.stringify(resource?.id));
  const hint =
    ids.length > 0 ? `did you mean ${ids.join(" or ")}?` : "no discovery has found it, and nobody has put it by hand";
  throw new Exit(exitCodes.bad, `there is no resource ${JSON.stringify(id)}; ${hint}`);
}

async function climb(
  mesh: MeshClient,
  resourceId: string,
  plugin: string | undefined,
  { clock }: Pick<Context, "clock">,
): Promise<{ rungs: Rung[]; nowMs: number }> {
  const [plugins, { explanations }, known, lastRuns] = await Promise.all([
    plugin === undefined
      ? mesh.registry.listPlugins({}).then((listed) => listed.plugins)
      : mesh.registry.getPlugin({ name: plugin }).then((got) => (got.plugin ? [got.plugin] : [])),
    mesh.registry.explainFilter({ resourceId, plugin: plugin ?? "" }),
    pairsOf(mesh, { resourceId, plugin: plugin ?? "" }),
    lastRunsOf(mesh, resourceId),
  ]);
  for (const { reason } of known.silent) say(reason);
  const nowMs = known.brokerNowMs || clock.nowMs();
  const views = plugins
    .map(pluginView)
    .filter(({ kind }) => plugin !== undefined || (kind !== "discovery" && kind !== "sink"));
  const rungs = views.map((view) =>
    rungOf(
      {
        plugin: view,
        explanation: explanations.find((one) => one.plugin === view.name),
        pair: known.pairs.find((pair) => pair.plugin === view.name),
        lastRun: lastRuns.get(view.name),
      },
      nowMs,
    ),
  );
  return { rungs: meantFirst(rungs), nowMs };
}

/** The newest finished run of each plugin, as far as agents remember. */
async function lastRunsOf(mesh: MeshClient, resourceId: string): Promise<Map<string, RunView>> {
  const { answers, silent } = await askAll(await mesh.agents(), (client) =>
    client.listLastRuns({ resourceId, limit: 100 }),
  );
  for (const { reason } of silent) say(printable(messageOf(reason)));
  const runs = answers.flatMap(({ id, answer }) => answer.runs.map((run) => runView(run, id, false)));
  const newest = new Map<string, RunView>();
  for (const run of runs.sort((a, b) => a.startedAtMs - b.startedAtMs)) newest.set(run.plugin, run);
  return newest;
}
