import type { Bus, BusLog } from "@ocelli/bus";
import { type Clock, messageOf } from "@ocelli/model";
import type { EnrichmentKeeper } from "../domain/enrichment-keeper.js";
import type { FinishedRun } from "../domain/fences.js";
import { Intake } from "../domain/intake.js";
import type { InventoryKeeper } from "../domain/inventory-keeper.js";
import type { ModuleKeeper } from "../domain/module-lease.js";
import { holdersOf, type Scan } from "../domain/plugin-files.js";
import { PluginKeeper } from "../domain/plugin-keeper.js";
import type { BrokerNow, Tell } from "../domain/ports.js";
import type { Grace } from "../domain/refresh.js";
import { type DirectorySettings, followDirectories } from "./directory-source.js";
import type { Known } from "./known.js";
import { consumeResults } from "./results-consumer.js";
import { tidyUp } from "./tidy-up.js";
import { Wake } from "./wake.js";

export interface LeadDeps {
  readonly bus: Bus;
  readonly known: Known;
  readonly inventory: InventoryKeeper;
  readonly enrichments: EnrichmentKeeper;
  readonly modules: ModuleKeeper;
  readonly directories: DirectorySettings;
  readonly brokerNow: BrokerNow;
  readonly tell: Tell;
  readonly clock: Clock;
  readonly log: BusLog;
}

const lookEveryMs = 2_000;
const retryMs = 1_000;
const expireEveryMs = 1_000;
const graceMs = 600_000;
const heartbeatsMs = 15_000;

/** What only one registry does, until `signal` aborts: scans the plugin directories, applies results, lets things expire.
 *  Everything starts from what the broker holds, so that it does not matter who led before and how it ended. */
export async function lead(deps: LeadDeps, signal: AbortSignal): Promise<void> {
  await Promise.all([keepPlugins(deps, signal), takeResults(deps, signal), expire(deps, signal)]);
}

async function keepPlugins(deps: LeadDeps, signal: AbortSignal): Promise<void> {
  const { bus, known, clock, log, directories, brokerNow } = deps;
  const tell: Tell = (event) => {
    deps.tell(event);
    if (event.type === "plugin.removed") forgetTasks(bus, event.plugin, log);
  };
  if (directories.directories.length === 0) {
    log.warn({}, "no plugin directories are set: what is known of plugins stays as it is");
    return;
  }
  const isPaused = (plugin: string): boolean => known.pauses.get(plugin) !== undefined;
  const keeper = new PluginKeeper({ plugins: known.plugins, agents: () => known.liveAgents(), isPaused, tell });
  const wake = new Wake(clock);
  let scan: Scan | undefined;
  const onScan = (next: Scan): void => {
    scan = next;
    wake.ring();
  };
  const holders = () => holdersOf([...known.plugins.values()].map((entry) => entry.value));
  const ends = [known.agents.listen(wake.ring), known.plugins.listen(wake.ring)];
  const following = followDirectories(directories, { clock, log, holders }, onScan, signal);
  while (!signal.aborted) {
    await wake.wait(lookEveryMs, signal);
    if (!scan || signal.aborted || brokerNow() === undefined) continue;
    try {
      await keeper.look(scan);
    } catch (error) {
      log.warn({ reason: messageOf(error) }, "plugins could not be written yet");
      await clock.sleep(retryMs, signal);
      wake.ring();
    }
  }
  for (const end of ends) end();
  await following;
}

/** What was pending for a plugin that is gone would wait for an agent for days. */
function forgetTasks(bus: Pick<Bus, "tasks">, plugin: string, log: BusLog): void {
  bus.tasks.forget(plugin).catch((error: unknown) => {
    log.debug({ plugin, reason: messageOf(error) }, "tasks of a plugin that is gone could not be removed");
  });
}

async function takeResults({ bus, inventory, enrichments, tell, clock, log }: LeadDeps, signal: AbortSignal) {
  const intake = new Intake({
    applyDiscovery: (answer) => inventory.apply(answer),
    applyEnrichment: (result) => enrichments.apply(result),
    finishedRun: async ({ partition, plugin, resourceId }): Promise<FinishedRun | undefined> => {
      const register = (await bus.registers[partition]?.get([plugin, resourceId]))?.value;
      if (!register || register.running) return undefined;
      return { fence: register.fence, succeeded: register.status === "success" };
    },
    partitions: bus.mesh.partitions,
    tell,
    monotonicMs: () => clock.monotonicMs(),
  });
  await consumeResults({ bus, intake, clock, log }, signal);
}

async function expire(deps: LeadDeps, signal: AbortSignal): Promise<void> {
  const { inventory, enrichments, modules, known, brokerNow, clock, log } = deps;
  let grace: Grace | undefined;
  let knownSinceMs = clock.monotonicMs();
  while (!signal.aborted) {
    await clock.sleep(expireEveryMs, signal);
    const nowMs = brokerNow();
    if (nowMs === undefined) knownSinceMs = clock.monotonicMs();
    if (nowMs === undefined || signal.aborted) continue;
    grace ??= { sinceAtMs: nowMs, atMostMs: graceMs };
    try {
      await inventory.expire(grace);
      await enrichments.expire(grace);
      // While the broker was away, or nobody led, no heartbeat could be kept.
      if (clock.monotonicMs() - knownSinceMs > heartbeatsMs) await modules.expire();
      await tidyUp(known, nowMs);
    } catch (error) {
      log.warn({ reason: messageOf(error) }, "what is over could not be removed yet");
    }
  }
}
