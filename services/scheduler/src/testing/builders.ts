import type { AgentStatus, PairRegister, PluginSpec, ReportState, Resource, ResourceRecord, Task } from "@ocelli/model";
import type { TaskOutlet } from "../domain/outbox.js";
import { PlannedPlugin, type PlannedResource } from "../domain/planned.js";

/** A round instant on the grid of every frequency in these tests. */
export const startMs = 1_700_000_000_000;

/** An outlet that hands on one task after the other, whether they travel together or not. */
export function outletTo(send: (task: Task) => Promise<"sent" | "pending">): TaskOutlet {
  const one: TaskOutlet["send"] = (task, settle) => void send(task).then(settle, () => settle("unanswered"));
  return {
    send: one,
    sendTogether: (tasks, _lane, _perMessage, settle) =>
      tasks.forEach((task, place) => {
        one(task, (answer) => settle(place, answer));
      }),
  };
}

export function aSpec(overrides: Partial<PluginSpec> = {}): PluginSpec {
  return {
    name: "p",
    revision: "1",
    file: "p.ocelli-plugin",
    module: "/modules/p",
    service: "polling",
    frequencyMs: 10_000,
    timeoutMs: 5_000,
    maxInFlight: 10,
    resourceFilter: "",
    preload: [],
    documentation: {},
    settings: [],
    removalPercent: 0,
    ...overrides,
  };
}

export function aPlugin(overrides: Partial<PluginSpec> = {}): PlannedPlugin {
  const spec = aSpec(overrides);
  const plugin = new PlannedPlugin(spec, spec.service ?? "polling");
  plugin.ready = true;
  plugin.everReady = true;
  return plugin;
}

export function aResource(id: string, overrides: Partial<Resource> = {}): Resource {
  return {
    id,
    site: "",
    class: "network",
    subclass: "",
    type: "",
    endpoint: id,
    metadata: {},
    parents: [],
    ttlS: 0,
    ...overrides,
  };
}

export function aRecord(resource: Resource, overrides: Partial<ResourceRecord> = {}): ResourceRecord {
  return {
    resource,
    source: "d",
    firstSeenAtMs: startMs,
    seenAtMs: startMs,
    endpointSinceAtMs: startMs,
    expiresAtMs: startMs + 86_400_000,
    heldForRemoval: false,
    ...overrides,
  };
}

export function aPlanned(id: string, movedAtMs = 0, overrides: Partial<Resource> = {}): PlannedResource {
  return { resource: aResource(id, overrides), partition: 0, movedAtMs };
}

export function aRegister(overrides: Partial<PairRegister> = {}): PairRegister {
  return {
    plugin: "p",
    resourceId: "r",
    running: false,
    agentId: "a",
    attempt: "1",
    fence: 1,
    leaseMs: 15_000,
    slotAtMs: startMs,
    startedAtMs: startMs,
    finishedAtMs: startMs + 100,
    status: "success",
    state: new Uint8Array(),
    ...overrides,
  };
}

export function anAgent(agentId: string, plugins: Record<string, ReportState>, draining = false): AgentStatus {
  const reports = Object.entries(plugins).map(([plugin, state]) => ({
    agentId,
    plugin,
    revision: "1",
    state,
    reason: "",
    service: "polling" as const,
    judgedRevision: "1",
    problems: [],
    restarts: 0,
    module: "m 1",
    lastError: "",
  }));
  return { agentId, bootId: "b", leaseMs: 15_000, draining, reports };
}
