export { aborted, type LinkedSignal, linkSignals } from "./abort.js";
export {
  type BootstrapLine,
  joinTokenKey,
  type ModuleLimits,
  moduleTokenKey,
  parseBootstrapLine,
  protocolMajor,
} from "./bootstrap.js";
export type { Clock, Random } from "./clock.js";
export { type ErrorCode, messageOf, OcelliError } from "./errors.js";
export { type ClauseVerdict, type Explanation, explain } from "./filter/explain.js";
export { type Matcher, matcherOf, matches } from "./filter/match.js";
export { type ParsedFilter, parseFilter } from "./filter/parse.js";
export { printFilter } from "./filter/print.js";
export { type FilterProblem, pointAt } from "./filter/problem.js";
export type { Filter, FilterClause, FilterField, FilterNode, FilterOperator, FilterSubject } from "./filter/syntax.js";
export { fnv1a, utf8Length } from "./fnv.js";
export { type GuardVerdict, judge, leaseMarginMs, type RegisterSeen, startedAtMs } from "./guard.js";
export { holdsJsonObject, isJsonObject } from "./json-object.js";
export { editDistance, nearest } from "./nearest.js";
export type { PackedAnswer, PackedGroups, PackedResult, RunFacts } from "./packed.js";
export { type PairId, pairKey, partitionOf } from "./pair.js";
export {
  type AgentStatus,
  type Kind,
  kinds,
  type LeaderLease,
  type MissedSlots,
  type ModuleRecord,
  type Pause,
  type PluginRecord,
  type PluginReport,
  type PluginSpec,
  type Problem,
  type ReportState,
  type ServicePresence,
  type SettingsEntry,
  type SettingsSection,
  type SlotAccount,
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
export { groupsPerRunMax, type PairRegister, stateMaxBytes, type Task, tasksPerMessage } from "./task.js";
export { fromToken, toToken } from "./token.js";
export type {
  DiscoveryPart,
  EncodedRecord,
  EnrichAnswer,
  ItemAnswer,
  PollAnswer,
  Run,
  SinkReceipt,
  SinkRecord,
  WorkItem,
} from "./work.js";
