export { type LinkedSignal, linkSignals } from "./abort.js";
export type { Clock, Random } from "./clock.js";
export { type ErrorCode, messageOf, OcelliError } from "./errors.js";
export { fnv1a, utf8Length } from "./fnv.js";
export { type GuardVerdict, judge, leaseMarginMs, type RegisterSeen, startedAtMs } from "./guard.js";
export { nearest } from "./nearest.js";
export { type PairId, pairKey, partitionOf } from "./pair.js";
export {
  type AgentStatus,
  type Kind,
  kinds,
  type ModuleRecord,
  type PluginRecord,
  type PluginReport,
  type PluginSpec,
  type Problem,
  type ReportState,
  type ServicePresence,
  type SettingsEntry,
  type SettingsSection,
} from "./plugin.js";
export {
  defaultResourceTtlS,
  type EnrichmentRecord,
  type EnrichmentSet,
  type Resource,
  type ResourceRecord,
  resourceIdMaxBytes,
  resourceProblems,
  sameResource,
} from "./resource.js";
export {
  type DiscoverySummary,
  type EventType,
  type Fault,
  type MeshEvent,
  type Metric,
  type MetricGroup,
  type PollStatus,
  pollStatuses,
  type Result,
  statusNumber,
} from "./result.js";
export { phaseMs, skewMs, slotAfter, slotAtOrBefore } from "./slot.js";
export { type PairRegister, stateMaxBytes, type Task } from "./task.js";
export { fromToken, toToken } from "./token.js";
