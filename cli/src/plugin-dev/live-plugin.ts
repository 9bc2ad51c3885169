import { type Clock, type Filter, type Kind, kinds, nearest, OcelliError, parseFilter } from "@ocelli/model";
import { span } from "../display/span.js";
import { Exit, exitCodes } from "../exit-codes.js";
import type { MeshClient } from "../mesh.js";
import { type PluginView, pluginView } from "../views/plugin-view.js";
import { noSink } from "./configure-shadow.js";

/** The plugin whose runs are copied, as the mesh has it. */
export interface LivePlugin {
  readonly name: string;
  /** Undefined while nobody knows. */
  readonly kind: Kind | undefined;
  readonly filter: Filter;
  readonly frequencyMs: number;
  readonly view: PluginView;
}

const alone = `try it alone with "ocelli plugin run"`;

/** How often a plugin that no agent has accepted yet is looked at again, in ms. */
const lookAgainMs = 1_000;

export interface LiveDeps {
  readonly mesh: Pick<MeshClient, "registry">;
  readonly clock: Clock;
  readonly say: (sentence: string) => void;
  /** How long it waits, in ms; without an end where it is undefined. */
  readonly patienceMs: number | undefined;
}

/** Waits for an agent to accept its file, where that is all it lacks. Throws an Exit that says why it cannot have a shadow. */
export async function awaitLivePlugin(
  { mesh, clock, say, patienceMs = Number.POSITIVE_INFINITY }: LiveDeps,
  name: string,
  signal: AbortSignal,
): Promise<LivePlugin> {
  const startedMs = clock.monotonicMs();
  for (let isFirst = true; !signal.aborted; isFirst = false) {
    const view = await pluginOf(mesh.registry, name);
    if (view.active) return livePlugin(view);
    if (view.state !== "waiting") {
      const why = `${name} does not run: it is ${view.state}`;
      throw new Exit(exitCodes.bad, `${why}; see "ocelli plugins show ${name}", or ${alone}`);
    }
    const leftMs = startedMs + patienceMs - clock.monotonicMs();
    if (leftMs <= 0) {
      const why = `no agent has accepted the file of ${name} within ${span(patienceMs)}`;
      throw new Exit(exitCodes.bad, `${why}; see "ocelli plugins show ${name}", or ${alone}`);
    }
    if (isFirst) say(`no agent has accepted the file of ${name} yet; the shadow waits for that`);
    await clock.sleep(Math.min(lookAgainMs, leftMs), signal);
  }
  throw new Exit(exitCodes.interrupted);
}

/** As the mesh has it now. */
export async function readLivePlugin({ registry }: Pick<MeshClient, "registry">, name: string): Promise<LivePlugin> {
  return livePlugin(await pluginOf(registry, name));
}

function livePlugin(view: PluginView): LivePlugin {
  const { name, frequencyMs } = view;
  const kind = kinds.find((one) => one === view.kind);
  if (kind === "sink") throw noSink(name);
  return { name, kind, filter: filterOf(view), frequencyMs, view };
}

async function pluginOf(registry: MeshClient["registry"], name: string): Promise<PluginView> {
  try {
    const { plugin } = await registry.getPlugin({ name });
    if (plugin) return pluginView(plugin);
  } catch (error) {
    if (!(error instanceof OcelliError) || error.code !== "not_found") throw error;
  }
  const names = (await registry.listPlugins({})).plugins.map((one) => one.record?.name ?? "");
  const near = nearest(name, names);
  const meant =
    near === undefined ? `it has ${names.toSorted().join(", ") || "none"}` : `did you mean --plugin ${near}?`;
  const todo = `put its file into the mesh first, name another with --plugin, or ${alone}`;
  throw new Exit(exitCodes.bad, `the mesh has no plugin "${name}" to be the shadow of; ${meant}\n${todo}`);
}

function filterOf({ resourceFilter, name }: PluginView): Filter {
  const parsed = parseFilter(resourceFilter);
  if (parsed.kind === "ok") return parsed.filter;
  throw new Exit(
    exitCodes.bad,
    `the filter of ${name} is written in a way this version does not know: ${resourceFilter}`,
  );
}
