import { createHash } from "node:crypto";
import type { Bus } from "@ocelli/bus";
import type {
  AgentStatus,
  EnrichmentRecord,
  ModuleRecord,
  Pause,
  PluginRecord,
  ResourceRecord,
  ServicePresence,
} from "@ocelli/model";
import type { EnrichmentKey, KnownEnrichment } from "../domain/enrichments.js";
import { liveAgents } from "../domain/live-agents.js";
import type { ModuleKey } from "../domain/module-lease.js";
import { Mirror } from "./mirror.js";

/** Everything the mesh knows, held in memory by every registry, whether it leads or not. */
export interface Known {
  readonly plugins: Mirror<PluginRecord, string>;
  readonly pauses: Mirror<Pause, string>;
  readonly modules: Mirror<ModuleRecord, ModuleKey>;
  readonly agents: Mirror<AgentStatus, string>;
  readonly presence: Mirror<ServicePresence, string>;
  readonly resources: Mirror<ResourceRecord, string>;
  /** Without their data, which are read when they are asked for. */
  readonly enrichments: Mirror<EnrichmentRecord, EnrichmentKey, KnownEnrichment>;
  /** The agents whose word counts now. */
  liveAgents(): readonly AgentStatus[];
}

/** Opens the mirrors and follows them until `signal` aborts. `ready` resolves once everything that was there can be read;
 *  `ended` once nothing is followed any more. */
export function openKnown(bus: Bus, signal: AbortSignal): { known: Known; ready: Promise<void>; ended: Promise<void> } {
  const now = (): number => bus.brokerNowMs();
  const same = <T>(value: T): T => value;
  const tables = {
    plugins: new Mirror(bus.plugins, same<PluginRecord>, now),
    pauses: new Mirror(bus.pauses, same<Pause>, now),
    modules: new Mirror(bus.modules, same<ModuleRecord>, now),
    agents: new Mirror(bus.agents, same<AgentStatus>, now),
    presence: new Mirror(bus.presence, same<ServicePresence>, now),
    resources: new Mirror(bus.resources, same<ResourceRecord>, now),
    enrichments: new Mirror(bus.enrichments, withoutData, now),
  };
  const all = Object.values(tables);
  return {
    known: { ...tables, liveAgents: () => liveAgents(tables.agents.values(), now()) },
    ready: Promise.all(all.map((table) => table.ready)).then(() => undefined),
    ended: Promise.all(all.map((table) => table.follow(signal))).then(() => undefined),
  };
}

function withoutData({ set, plugin, createdAtMs, expiresAtMs }: EnrichmentRecord): KnownEnrichment {
  return { plugin, schema: set.schema, createdAtMs, expiresAtMs, digest: digestOf(set.dataJson) };
}

/** Equal where the bytes are. */
export function digestOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("base64");
}
