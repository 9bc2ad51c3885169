import type { MeshEvent, Result } from "@ocelli/model";
import type { PairView } from "../views/pair-view.js";
import type { PluginView, ReportView } from "../views/plugin-view.js";

/** What tests change a field or two of. */
export function pluginOf(change: Partial<PluginView> = {}): PluginView {
  return {
    name: "ping",
    state: "ready",
    kind: "polling",
    frequencyMs: 60_000,
    timeoutMs: 5_000,
    maxInFlight: 50,
    resources: 1,
    resourceFilter: "",
    file: "/p/ping.ocelli-plugin",
    module: "/m/ping",
    revision: "r1",
    active: true,
    candidateRevision: "",
    documentation: {},
    agents: [reportOf()],
    problems: [],
    ...change,
  };
}

export function reportOf(change: Partial<ReportView> = {}): ReportView {
  return {
    agentId: "agent-1",
    state: "ready",
    reason: "",
    lastError: "",
    module: "ping 0.1.0",
    revision: "r1",
    restarts: 0,
    problems: [],
    ...change,
  };
}

export function pairOf(change: Partial<PairView> = {}): PairView {
  return {
    plugin: "ping",
    resourceId: "sw-1",
    frequencyMs: 60_000,
    nextSlotAtMs: 1_012_000,
    running: false,
    agentId: "agent-1",
    lastStartedAtMs: 952_000,
    lastFinishedAtMs: 953_000,
    lastSlotAtMs: 952_000,
    lastStatus: "success",
    sentSlotAtMs: 0,
    lateMs: 0,
    reason: "",
    partition: 0,
    ...change,
  };
}

export function resultOf(change: Partial<Result> = {}): Result {
  return {
    kind: "polling",
    plugin: "ping",
    resource: {
      id: "sw-1",
      site: "",
      class: "",
      subclass: "",
      type: "",
      endpoint: "",
      metadata: {},
      parents: [],
      ttlS: 0,
    },
    fence: 1,
    part: 0,
    last: true,
    agentId: "agent-1",
    slotAtMs: 1_000_000,
    startedAtMs: 1_000_010,
    finishedAtMs: 1_000_250,
    frequencyMs: 60_000,
    pluginRevision: "r1",
    status: "success",
    fault: undefined,
    groups: [],
    sets: [],
    discovery: undefined,
    onDemand: false,
    ...change,
  };
}

export function eventOf(change: Partial<MeshEvent> = {}): MeshEvent {
  return {
    atMs: 1_000_000,
    type: "plugin.ready",
    plugin: "ping",
    resourceId: "",
    message: "an agent took its settings",
    attributes: {},
    from: "registry/registry-1",
    ...change,
  };
}

/** What a device that does not answer comes to. */
export const timeoutFault = {
  message: "no answer within 5 s",
  origin: "target",
  retry: "next_slot",
  scope: "item",
  status: "timeout",
} as const;
