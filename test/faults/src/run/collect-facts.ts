import { type MeshEvent, phaseMs } from "@ocelli/model";
import type { DeviceHit } from "../device/device-log.js";
import type { Facts, Hit, MissedSlots, Pair } from "../oracle/facts.js";
import type { Service } from "../world/service.js";
import type { World } from "../world/world.js";
import { readStored, untilStored } from "./stored-results.js";

/** Ways from the claim to the device may differ by this much on a machine that is busy: the share of an interval. */
const blurShare = 0.15;
/** Arrivals up to this share of an interval after their slot are on time. */
const onTimeShare = 0.25;
/** How long sinks may take to catch up once all is quiet. */
export const sinksWithinMs = 60_000;

export interface Timing {
  readonly fromAtMs: number;
  readonly toAtMs: number;
  readonly faultsEndAtMs: number | undefined;
}

/** Epoch ms of what CLOCK_MONOTONIC calls 0. */
export function monoEpochMs(): number {
  return Date.now() - Number(process.hrtime.bigint()) / 1e6;
}

/** Gathers what a run left behind, from the devices, the sinks and Ocelli. The devices are stopped: their log is whole then. */
export async function collectFacts(world: World, timing: Timing, epochMs: number, signal: AbortSignal) {
  const { witness, counters, devices, plugins, sinkFiles, schedulers } = world;
  // First what the mesh has, then up to where the sinks must have stored: it goes on working meanwhile.
  const accepted = witness.accepted();
  const end = await witness.readToTheEnd(signal);
  for (const path of sinkFiles.values()) await untilStored(path, end, sinksWithinMs, signal);
  await counters.ask();
  const events = (await witness.events(signal)).filter(({ atMs }) => atMs >= timing.fromAtMs);
  await devices.stop();
  const names = new Set(plugins);
  const facts = factsOf(world, timing, {
    hits: devices.log().map((hit) => hitOf(hit, epochMs)),
    accepted,
    stored: new Map([...sinkFiles].map(([name, path]) => [name, readStored(path, names)])),
    missed: schedulers.flatMap((scheduler) => missedBy(world, scheduler, events)),
  });
  return { facts, events };
}

/** What lies on files and counters, as far as it is of a window. */
type Gathered = Pick<Facts, "hits" | "accepted" | "stored" | "missed">;

export function factsOf({ load, plugins, devices, witness }: World, timing: Timing, gathered: Gathered): Facts {
  const frequencyMs = load.intervalS * 1000;
  const pairs = plugins.flatMap((plugin) =>
    devices.ids.map((device): Pair => {
      return { plugin, device, frequencyMs, phaseMs: phaseMs({ plugin, resourceId: device }, frequencyMs) };
    }),
  );
  return {
    ...gathered,
    pairs,
    window: timing,
    faultsEndAtMs: timing.faultsEndAtMs,
    onTimeMs: onTimeShare * frequencyMs,
    blurMs: blurShare * frequencyMs,
    claimedAtMs: witness.claimedAtMs(),
  };
}

export function hitOf({ beginMonoMs, endMonoMs, ...hit }: DeviceHit, epochMs: number): Hit {
  return { ...hit, beginAtMs: beginMonoMs + epochMs, endAtMs: endMonoMs + epochMs };
}

/** Missed slots of one scheduler. What the process that is there now counted is exact. Of those before it that were killed it is what
 *  their events told: what they told nobody is counted by whoever took over. */
export function missedBy({ counters }: World, scheduler: Service, events: readonly MeshEvent[]): MissedSlots[] {
  const { name, isUp, startedAtMs } = scheduler;
  const untilMs = isUp ? startedAtMs : Number.POSITIVE_INFINITY;
  const told = events
    .filter(({ type, from, atMs }) => type === "slot.missed" && from === `scheduler/${name}` && atMs < untilMs)
    .map(({ plugin, attributes }): MissedSlots => {
      return { plugin, reason: attributes["reason"] ?? "", slots: Number(attributes["count"] ?? 0) };
    });
  return [...counters.missedOf(name), ...told];
}
