/** What a plugin does. A plugin uses one service of its module. */
export type Kind = "discovery" | "enrichment" | "polling" | "sink";

export const kinds: readonly Kind[] = ["discovery", "enrichment", "polling", "sink"];

/** One line of a plugin file that belongs to the module. */
export interface SettingsEntry {
  readonly key: string;
  readonly value: string;
  /** From 1. */
  readonly line: number;
}

export interface SettingsSection {
  readonly name: string;
  readonly entries: readonly SettingsEntry[];
}

/** One accepted plugin file. */
export interface PluginSpec {
  readonly name: string;
  /** Changes with the file's content. */
  readonly revision: string;
  readonly file: string;
  /** An absolute path (started as a child) or `service:NAME` (registers itself). */
  readonly module: string;
  /** Undefined: the module's only service. */
  readonly service: Kind | undefined;
  readonly frequencyMs: number;
  readonly timeoutMs: number;
  readonly maxInFlight: number;
  /** In the filter language; empty for all resources. */
  readonly resourceFilter: string;
  /** `self:NAMESPACE` or `RESOURCE:NAMESPACE`. */
  readonly preload: readonly string[];
  readonly documentation: Readonly<Record<string, string>>;
  readonly settings: readonly SettingsSection[];
  /** Share of its resources a complete discovery may remove at once, in percent; 0 means the registry's default. */
  readonly removalPercent: number;
}

/** One thing that is wrong with a file. `line` 0 means the file as a whole. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/** A plugin as the registry keeps it: what runs, what wants to run, and what is wrong with the newest file. */
export interface PluginRecord {
  readonly name: string;
  readonly active: PluginSpec | undefined;
  readonly candidate: PluginSpec | undefined;
  readonly problems: readonly Problem[];
}

export type ReportState = "starting" | "ready" | "refused" | "failed" | "absent";

/** What one agent says of one plugin. */
export interface PluginReport {
  readonly agentId: string;
  readonly plugin: string;
  /** The active revision on the agent; empty if none. */
  readonly revision: string;
  readonly state: ReportState;
  readonly reason: string;
  readonly service: Kind | undefined;
  readonly judgedRevision: string;
  readonly problems: readonly Problem[];
  readonly restarts: number;
  readonly module: string;
  readonly lastError: string;
}

/** An agent's whole state, sent on every change and every few seconds. */
export interface AgentStatus {
  readonly agentId: string;
  readonly bootId: string;
  readonly leaseMs: number;
  readonly draining: boolean;
  readonly reports: readonly PluginReport[];
}

/** A process of the mesh, so that clients find it. */
export interface ServicePresence {
  readonly kind: "registry" | "scheduler" | "agent";
  readonly id: string;
  /** host:port of its gRPC server. */
  readonly endpoint: string;
  readonly version: string;
  readonly pid: number;
  readonly host: string;
  readonly startedAtMs: number;
  readonly leaseMs: number;
  readonly leader: boolean;
  /** How far its wall clock is ahead of the broker's, below 0 where it is behind. Absent while it is unknown. */
  readonly clockSkewMs?: number;
}

/** A stand-alone module that registered. */
export interface ModuleRecord {
  readonly name: string;
  readonly instanceId: string;
  readonly bootId: string;
  readonly version: string;
  readonly endpoint: string;
  readonly leaseMs: number;
  readonly suspect: boolean;
}

/** An operator's pause of one plugin. */
export interface Pause {
  readonly plugin: string;
  /** Epoch ms of the broker's clock. */
  readonly sinceAtMs: number;
  readonly reason: string;
}

/** Who leads something that only one may lead. `leaseMs` counts from when the broker stored it; 0 means let go. */
export interface LeaderLease {
  readonly holder: string;
  readonly leaseMs: number;
  /** Of a partition whose slots somebody looked at. */
  readonly account?: SlotAccount | undefined;
}

/** How far the slots of a partition are accounted for. */
export interface SlotAccount {
  /** Up to when slots were looked at, in epoch ms. Of those up to there only the newest of a pair may be without an end. */
  readonly handledToMs: number;
  /** Counted as missed, and no stored event tells of them yet. */
  readonly missed: readonly MissedSlots[];
}

export interface MissedSlots {
  readonly plugin: string;
  readonly reason: string;
  readonly slots: number;
}
