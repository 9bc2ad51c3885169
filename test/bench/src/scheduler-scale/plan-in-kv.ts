import type { Bus } from "@ocelli/bus";
import { type AgentStatus, type PairRegister, type PluginSpec, partitionOf } from "@ocelli/model";
import { deviceOf } from "../mesh/pair-load.js";
import { recordOf } from "../resource-record.js";
import { partitions } from "./scale-bus.js";

export const pluginName = "bench-scale";
export const pluginMaxInFlight = 10_000;
const agentId = "stand-in";
const hourMs = 3_600_000;
const writesAtOnce = 1_000;

/** Writes what registry, agents and earlier runs would have written: a plugin that an agent has ready, resources, and for each
 *  pair the register of a run that is long over. */
export async function writePlan(bus: Bus, pairs: number, frequencyMs: number, signal: AbortSignal): Promise<void> {
  const nowMs = Date.now();
  let next = 0;
  const writeSome = async (): Promise<void> => {
    while (next < pairs) {
      signal.throwIfAborted();
      const number = next++;
      const resource = deviceOf(number);
      const registers = bus.registers[partitionOf(pluginName, resource, partitions)];
      await bus.resources.put(resource.id, recordOf(resource, nowMs));
      await registers?.put([pluginName, resource.id], idleRegister(resource.id, nowMs - hourMs));
    }
  };
  await Promise.all(Array.from({ length: writesAtOnce }, writeSome));
  const active = specOf(frequencyMs);
  await bus.plugins.put(pluginName, { name: pluginName, active, candidate: undefined, problems: [] });
  await bus.agents.put(agentId, readyStatus());
}

export function idleRegister(resourceId: string, ranAtMs: number): PairRegister {
  return {
    plugin: pluginName,
    resourceId,
    running: false,
    agentId,
    attempt: "1",
    fence: 1,
    leaseMs: 15_000,
    slotAtMs: ranAtMs,
    startedAtMs: ranAtMs,
    finishedAtMs: ranAtMs,
    status: "success",
    state: new Uint8Array(),
  };
}

function specOf(frequencyMs: number): PluginSpec {
  return {
    name: pluginName,
    revision: "1",
    file: "bench-scale.ocelli-plugin",
    module: "/bench/scale",
    service: "polling",
    frequencyMs,
    timeoutMs: 5_000,
    maxInFlight: pluginMaxInFlight,
    resourceFilter: "",
    preload: [],
    documentation: {},
    settings: [],
    removalPercent: 0,
  };
}

/** The stand-in says nothing more: its lease outlives the bench. */
function readyStatus(): AgentStatus {
  const report = {
    agentId,
    plugin: pluginName,
    revision: "1",
    state: "ready",
    reason: "",
    service: "polling",
    judgedRevision: "1",
    problems: [],
    restarts: 0,
    module: "bench 1",
    lastError: "",
  } as const;
  return { agentId, bootId: "1", leaseMs: 4 * hourMs, draining: false, reports: [report] };
}
