import type { Kind } from "./plugin.js";
import type { EnrichmentSet, Resource } from "./resource.js";

/** How a run ended: the poll status codes of Panoptes, 0 to 8. */
export const pollStatuses = [
  "success",
  "authentication",
  "network",
  "timeout",
  "partial",
  "internal",
  "missing_metrics",
  "ping_failure",
  "enrichment_failure",
] as const;

export type PollStatus = (typeof pollStatuses)[number];

/** The number of a status, as the `status` metric carries it. */
export function statusNumber(status: PollStatus): number {
  return pollStatuses.indexOf(status);
}

/** Why something failed, whose fault it was, and when to try again. */
export interface Fault {
  readonly message: string;
  readonly origin: "plugin" | "target" | "credentials" | "host";
  readonly retry: "never" | "next_slot" | "at_once";
  readonly scope: "item" | "plugin" | "module";
  readonly status: PollStatus;
}

export interface Metric {
  readonly name: string;
  readonly type: "gauge" | "counter";
  /** A bigint where it came as a whole number. Zero is a value. */
  readonly value: number | bigint;
}

export interface MetricGroup {
  readonly name: string;
  readonly dimensions: readonly { readonly name: string; readonly value: string }[];
  readonly metrics: readonly Metric[];
  /** Epoch ms; 0 means when the answer arrived. */
  readonly atMs: number;
}

export interface DiscoverySummary {
  readonly complete: boolean;
  readonly resources: number;
  /** Sites that were covered; empty means everything. */
  readonly scopes: readonly string[];
}

/** What one run found, or one part of it. Instants are epoch ms of the broker's clock. */
export interface Result {
  readonly kind: Kind;
  readonly plugin: string;
  readonly resource: Resource | undefined;
  readonly fence: number;
  readonly part: number;
  readonly last: boolean;
  readonly agentId: string;
  readonly slotAtMs: number;
  readonly startedAtMs: number;
  readonly finishedAtMs: number;
  readonly frequencyMs: number;
  readonly pluginRevision: string;
  readonly status: PollStatus;
  readonly fault: Fault | undefined;
  readonly groups: readonly MetricGroup[];
  readonly sets: readonly EnrichmentSet[];
  readonly discovery:
    | { readonly resources: readonly Resource[]; readonly summary: DiscoverySummary | undefined }
    | undefined;
  readonly onDemand: boolean;
}

/** What changed and why. */
export interface MeshEvent {
  readonly atMs: number;
  readonly type: EventType;
  readonly plugin: string;
  readonly resourceId: string;
  readonly message: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly from: string;
}

export type EventType =
  | "plugin.loaded"
  | "plugin.changed"
  | "plugin.removed"
  | "plugin.refused"
  | "plugin.ready"
  | "plugin.failed"
  | "plugin.paused"
  | "plugin.resumed"
  | "module.registered"
  | "module.gone"
  | "resource.added"
  | "resource.changed"
  | "resource.removed"
  | "resource.expired"
  | "resource.refused"
  | "discovery.incomplete"
  | "discovery.held"
  | "enrichment.changed"
  | "slot.missed"
  | "device.setting_ignored"
  | "sink.expired"
  | "run.stale"
  | "run.forced"
  | "agent.draining"
  | "agent.spool_refuses"
  | "agent.spool_takes";
