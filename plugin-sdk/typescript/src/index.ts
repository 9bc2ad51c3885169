export type { EnrichmentSet, Fault, Metric, MetricGroup, PollStatus, Resource, Result } from "@ocelli/model";
export { nearest, pollStatuses } from "@ocelli/model";
export { absolutePath } from "./absolute-path.js";
export {
  definePlugin,
  type PluginDefinition,
  type PluginModule,
  type RefusedRecord,
  type SinkRecord,
  type SinkWriter,
} from "./define-plugin.js";
export type { Log, LogLevel } from "./log.js";
export { type FaultStatus, PollFault, type PollFaultOptions, toPollFault } from "./poll-fault.js";
export type { DiscoverContext, ResourceContext, RunContext, SinkContext } from "./run-context.js";
export { Secret, secret } from "./secret.js";
export { serve } from "./serve.js";
export type { Diagnostic } from "./settings.js";
export type { RunState } from "./state.js";
export { type StoppableWorker, stoppableWorker, type WorkerOptions } from "./stoppable-worker.js";
export { systemClock } from "./system-clock.js";
export {
  type TestedPlugin,
  type TestedSet,
  type TestOutcome,
  type TestRun,
  testPlugin,
  testSettings,
} from "./test-plugin.js";
export { counter, type Enrichment, type FoundResource, type Group, gauge, type MetricValue } from "./values.js";
