import { partitionOf } from "@ocelli/model";
import { putFile, putPlugin } from "@ocelli/test-kit";
import { pause } from "../nemesis/schedule.js";
import type { Counts } from "../run/fault.js";
import { ownProgram } from "../world/paths.js";
import { resourcesOf, type World } from "../world/world.js";

const probe = "probe";
const withinMs = 30_000;

function putProbe(world: World, frequencyS: number): Promise<string> {
  const filter = 'resource_class = "probe"';
  return putPlugin(world.pluginDir, {
    name: probe,
    module: ownProgram("module/main.js"),
    frequencyS,
    timeoutS: 1.5,
    filter,
  });
}

/** A plugin that has nothing to do yet, and would not do it for a minute. */
export async function prepareProbe(world: World): Promise<undefined> {
  await putProbe(world, 60);
}

/** One device in each partition, by the device's id. */
function oneForEachPartition({ devices, load }: World): string[] {
  return Array.from({ length: load.partitions }, (_, partition) => {
    const found = devices.ids.find(
      (id) => partitionOf(probe, { endpoint: devices.endpoint(id) }, load.partitions) === partition,
    );
    if (found === undefined) throw new Error(`no device is of partition ${partition}`);
    return found;
  });
}

/** Whether every agent serves the probe's plugin as the registry has it now. */
async function takenByAll({ agents, witness: { bus } }: World): Promise<boolean> {
  const revision = (await bus.plugins.get(probe))?.value.active?.revision;
  const statuses = await Promise.all(agents.map(({ name }) => bus.agents.get(name)));
  return statuses.every((status) => {
    return status?.value.reports.some((report) => report.plugin === probe && report.revision === revision);
  });
}

/** Proves that every watch lives: a new resource in each partition and a changed plugin file have to reach the registry, the
 *  schedulers and all agents, until devices hear of it twice. Throws where they do not. */
export async function probeWatches(world: World, signal: AbortSignal): Promise<Counts> {
  const { devices } = world;
  const fromMs = performance.now();
  const chosen = oneForEachPartition(world);
  const added = chosen.map((id) => ({ id: `${probe}-${id}`, class: probe, endpoint: devices.endpoint(id) }));
  await putFile(world.resourcesFile, JSON.stringify([...resourcesOf(devices), ...added]));
  await putProbe(world, 2);
  for (;;) {
    const hits = devices.log().filter(({ plugin }) => plugin === probe);
    const isHeard = chosen.every((id) => hits.filter(({ device }) => device === id).length >= 2);
    const isTaken = await takenByAll(world).catch(() => false); // the broker may still be coming back
    const probeMs = Math.round(performance.now() - fromMs);
    if (isHeard && isTaken) return { probesSeen: 1, probeMs };
    if (probeMs > withinMs) {
      const what = isHeard ? "an agent did not take the changed plugin" : "no device heard of the new resources";
      throw new Error(`a watch is dead: ${withinMs / 1000} s after the probe ${what}`);
    }
    await pause(200, signal);
  }
}
