import { type EnrichmentSet, groupsPerRunMax, type MetricGroup, type Resource } from "@ocelli/model";
import type { CallScope } from "./call-scope.js";
import { checkEnrichment } from "./check-enrichment.js";
import { checkGroup } from "./check-group.js";
import { collect } from "./collect.js";
import type { PluginModule } from "./define-plugin.js";
import type { RunDeps, RunFacts } from "./run.js";
import { type RunOutcome, runOne } from "./run-one.js";
import { ResourceRun } from "./service-runs.js";

/** A resource to work on, with what came with it. */
export interface ItemInput {
  readonly facts: RunFacts;
  readonly resource: Resource;
  readonly enrichments: readonly EnrichmentSet[];
}

/** Polls one resource; hands over each group as it is known to be right. */
export function runPoll(
  module: PluginModule,
  input: ItemInput,
  deps: RunDeps,
  emit: (group: MetricGroup) => Promise<void> | undefined,
  scope: CallScope,
): Promise<RunOutcome> {
  const { facts, resource, enrichments } = input;
  const author = { what: "poll", plugin: facts.plugin, code: module.poll, definedAt: module.definedAt };
  const run = new ResourceRun(facts, deps, author, resource.id, enrichments);
  const seen = new Set<string>();
  const check = (value: unknown): MetricGroup => checkGroup(value, seen);
  const work = async (): Promise<void> =>
    await collect(
      module.poll?.(resource, run),
      { service: "poll", things: "metric groups", most: groupsPerRunMax, check, emit },
      run,
    );
  return runOne(run, author, work, scope);
}

/** Enriches one resource; hands over each set as it is known to be right. */
export function runEnrich(
  module: PluginModule,
  input: ItemInput,
  deps: RunDeps,
  emit: (set: EnrichmentSet) => Promise<void> | undefined,
  scope: CallScope,
): Promise<RunOutcome> {
  const { facts, resource, enrichments } = input;
  const author = { what: "enrich", plugin: facts.plugin, code: module.enrich, definedAt: module.definedAt };
  const run = new ResourceRun(facts, deps, author, resource.id, enrichments);
  const seen = new Set<string>();
  const check = (value: unknown): EnrichmentSet => checkEnrichment(value, seen);
  const work = async (): Promise<void> =>
    await collect(
      module.enrich?.(resource, run),
      { service: "enrich", things: "enrichments", most: groupsPerRunMax, check, emit },
      run,
    );
  return runOne(run, author, work, scope);
}
