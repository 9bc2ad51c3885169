import type { AgentStatus, PluginReport, PluginSpec, Resource, ResourceRecord, Result } from "@ocelli/model";
import type { DiscoveryAnswer } from "../domain/discovery-parts.js";

export function aSpec(over: Partial<PluginSpec> = {}): PluginSpec {
  return {
    name: "ping",
    revision: "r1",
    file: "/etc/ocelli/ping.ocelli-plugin",
    module: "/opt/ping",
    service: "polling",
    frequencyMs: 60_000,
    timeoutMs: 30_000,
    maxInFlight: 10,
    resourceFilter: "",
    preload: [],
    documentation: {},
    settings: [],
    removalPercent: 0,
    ...over,
  };
}

export function aReport(over: Partial<PluginReport> = {}): PluginReport {
  return {
    agentId: "a1",
    plugin: "ping",
    revision: "",
    state: "ready",
    reason: "",
    service: "polling",
    judgedRevision: "",
    problems: [],
    restarts: 0,
    module: "ping 0.1.0",
    lastError: "",
    ...over,
  };
}

export function anAgent(agentId: string, ...reports: Partial<PluginReport>[]): AgentStatus {
  const own = reports.map((report) => aReport({ agentId, ...report }));
  return { agentId, bootId: "b1", leaseMs: 15_000, draining: false, reports: own };
}

export function aResource(id: string, over: Partial<Resource> = {}): Resource {
  const endpoint = over.endpoint ?? `${id}.example`;
  return {
    id,
    site: "",
    class: "network",
    subclass: "",
    type: "",
    metadata: {},
    parents: [],
    ttlS: 100,
    ...over,
    endpoint,
  };
}

export function aRecord(id: string, over: Partial<ResourceRecord> = {}): ResourceRecord {
  return {
    resource: aResource(id),
    source: "finder",
    firstSeenAtMs: 0,
    seenAtMs: 0,
    endpointSinceAtMs: 0,
    expiresAtMs: 100_000,
    heldForRemoval: false,
    ...over,
  };
}

export function anAnswer(resources: readonly Resource[], over: Partial<DiscoveryAnswer> = {}): DiscoveryAnswer {
  return {
    plugin: "finder",
    fence: 1,
    resources,
    summary: { complete: true, resources: resources.length, scopes: [] },
    whole: true,
    failure: "",
    frequencyMs: 10_000,
    finishedAtMs: 0,
    ...over,
  };
}

export function aResult(over: Partial<Result> = {}): Result {
  return {
    kind: "discovery",
    plugin: "finder",
    resource: undefined,
    fence: 1,
    part: 0,
    last: true,
    agentId: "a1",
    slotAtMs: 0,
    startedAtMs: 0,
    finishedAtMs: 0,
    frequencyMs: 10_000,
    pluginRevision: "r1",
    status: "success",
    fault: undefined,
    groups: [],
    sets: [],
    discovery: undefined,
    onDemand: false,
    ...over,
  };
}
