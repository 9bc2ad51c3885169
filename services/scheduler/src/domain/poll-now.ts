import {
  type GuardVerdict,
  judge,
  nearest,
  OcelliError,
  type PairId,
  type RegisterSeen,
  startedAtMs,
  type Task,
} from "@ocelli/model";
import type { DeviceStanding } from "./device-budget.js";
import { busyText } from "./device-words.js";
import type { Plan } from "./plan.js";
import { openAfterMoveAtMs, type PlannedPlugin, type PlannedResource } from "./planned.js";
import { type DeviceDeps, placeAtDevice } from "./poll-now-device.js";
import type { Broker, Events, Registers, TaskQueue } from "./ports.js";

export interface PollNowDeps extends Pick<DeviceDeps, "ledPartition" | "limitsOf"> {
  readonly plan: Plan;
  readonly broker: Broker;
  readonly registers: Registers;
  readonly tasks: TaskQueue;
  readonly events: Events;
}

export interface PollNowWish {
  readonly plugin: string;
  /** Empty for discovery. */
  readonly resourceId: string;
  /** Run although the frequency guard is closed, or the device busy. Never overlaps a run of the pair. */
  readonly force: boolean;
}

export type PollNowOutcome =
  | { readonly kind: "sent"; readonly slotAtMs: number; readonly wasForced: boolean }
  | { readonly kind: "too_soon"; readonly waitMs: number }
  | { readonly kind: "running"; readonly waitMs: number; readonly agentId: string }
  | { readonly kind: "pending" }
  | { readonly kind: "device_busy"; readonly waitMs: number; readonly why: string };

/** Asks for a run outside the schedule, by the same guard as every other: it works for every pair, whoever leads its partition.
 *  Throws `not_found`, `precondition` or `unavailable`, saying why it cannot be asked for. */
export async function pollNow(deps: PollNowDeps, wish: PollNowWish): Promise<PollNowOutcome> {
  const { plan, broker, registers, tasks } = deps;
  const plugin = pluginOf(plan, wish.plugin);
  const resource = resourceOf(plan, plugin, wish.resourceId);
  if (!broker.known()) throw new OcelliError("unavailable", "the broker is away; nothing is started until it is back");
  if (!plugin.ready) throw new OcelliError("precondition", `no agent that lives has ${plugin.name} ready`);
  const pair = { plugin: plugin.name, resourceId: wish.resourceId };
  const partition = plan.partitionOf(plugin.name, resource);
  const { seen, revision } = await registers.read(partition, pair);
  const nowMs = broker.nowMs();
  const verdict = verdictOf(plugin, resource, seen, nowMs);
  if (verdict.kind === "running") {
    return { kind: "running", waitMs: verdict.leaseEndAtMs - nowMs, agentId: verdict.agentId };
  }
  const isEarly = verdict.kind === "too_soon";
  if (isEarly && !wish.force) return { kind: "too_soon", waitMs: verdict.openAtMs - nowMs };
  const task = taskOf(plugin, resource, seen, revision, nowMs);
  const place = await placeAtDevice({ ...deps, nowMs: () => broker.nowMs() }, task, wish.force);
  if (place.kind === "busy") return busy(place.standing, nowMs);
  const answer = await tasks.send(place.task, partition);
  place.answered(answer);
  if (answer === "pending") return { kind: "pending" };
  if (isEarly) tellForced(deps.events, pair, verdict.openAtMs - nowMs);
  if (place.kind === "forced") tellCrowded(deps.events, pair);
  return { kind: "sent", slotAtMs: nowMs, wasForced: isEarly || place.kind === "forced" };
}

function busy(standing: DeviceStanding, nowMs: number): PollNowOutcome {
  return { kind: "device_busy", waitMs: Math.max(0, standing.openAtMs - nowMs), why: busyText(standing, nowMs) };
}

function pluginOf(plan: Plan, name: string): PlannedPlugin {
  const plugin = plan.plugins.get(name);
  if (!plugin) {
    const near = nearest(name, plan.plugins.keys());
    throw new OcelliError("not_found", `no plugin ${name} is active${near ? `; did you mean ${near}?` : ""}`);
  }
  if (plugin.kind === "sink") throw new OcelliError("precondition", `${name} is a sink; sinks are not scheduled`);
  return plugin;
}

function resourceOf(plan: Plan, plugin: PlannedPlugin, id: string): PlannedResource | undefined {
  if (plugin.kind === "discovery") {
    if (id === "") return undefined;
    throw new OcelliError("invalid", `${plugin.name} discovers: it runs by itself, without a resource`);
  }
  const resource = plan.resources.get(id);
  if (id === "") throw new OcelliError("invalid", `${plugin.name} needs a resource to run against`);
  if (!resource) throw new OcelliError("not_found", `no resource ${id}`);
  if (plugin.pairsWith(resource.resource)) return resource;
  const filter = plugin.spec.resourceFilter;
  throw new OcelliError("precondition", `${plugin.name} does not match ${id}: its resource_filter is ${filter}`);
}

/** As the guard judges; after a move to another endpoint the register there knows nothing of the runs before. */
function verdictOf(
  plugin: PlannedPlugin,
  resource: PlannedResource | undefined,
  seen: RegisterSeen | undefined,
  nowMs: number,
): GuardVerdict {
  const { frequencyMs } = plugin.spec;
  const verdict = judge(seen, frequencyMs, nowMs);
  if (verdict.kind === "running") return verdict;
  const afterMoveAtMs = openAfterMoveAtMs(resource, seen ? startedAtMs(seen) : 0, frequencyMs);
  if (afterMoveAtMs <= nowMs) return verdict;
  return { kind: "too_soon", openAtMs: Math.max(afterMoveAtMs, verdict.kind === "too_soon" ? verdict.openAtMs : 0) };
}

function taskOf(
  plugin: PlannedPlugin,
  resource: PlannedResource | undefined,
  seen: RegisterSeen | undefined,
  revision: number,
  nowMs: number,
): Task {
  const { frequencyMs, revision: pluginRevision } = plugin.spec;
  return {
    kind: plugin.kind,
    plugin: plugin.name,
    resource: resource?.resource,
    pluginRevision,
    slotAtMs: nowMs,
    notBeforeAtMs: nowMs,
    expiresAtMs: nowMs + frequencyMs,
    frequencyMs,
    revision,
    state: seen?.register.state ?? new Uint8Array(),
    onDemand: true,
    traceparent: "",
  };
}

function tellCrowded(events: Events, { plugin, resourceId }: PairId): void {
  const message = `${plugin} runs although the device of ${resourceId} is busy, because somebody forced it`;
  events.publish({ type: "run.forced", plugin, resourceId, message, attributes: { device_busy: "true" } });
}

function tellForced(events: Events, { plugin, resourceId }: PairId, earlyMs: number): void {
  events.publish({
    type: "run.forced",
    plugin,
    resourceId,
    message: `${plugin} runs ${earlyMs} ms before its guard opens, because somebody forced it`,
    attributes: { early_ms: String(earlyMs) },
  });
}
