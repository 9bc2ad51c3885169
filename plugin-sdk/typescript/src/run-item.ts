import type { EnrichmentSet, MetricGroup, Resource } from "@ocelli/model";
import { checkEnrichment } from "./check-enrichment.js";
import { checkGroup } from "./check-group.js";
import { collect } from "./collect.js";
import type { PluginModule } from "./define-plugin.js";
import { PollFault } from "./poll-fault.js";
import { extendContext, type ResourceContext, type RunContext } from "./run-context.js";
import { type RunDeps, type RunFacts, type RunOutcome, runOne } from "./run-one.js";
import { blame } from "./wrong-value.js";

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
  emit: (group: MetricGroup) => Promise<void>,
  signal: AbortSignal,
): Promise<RunOutcome> {
  const { facts, resource } = input;
  const seen = new Set<string>();
  const work = (ctx: RunContext): Promise<void> =>
    blame(facts.plugin, resource.id, async () => {
      const returned = module.poll?.(resource, withEnrichments(ctx, input));
      const what = { service: "poll", things: "metric groups" };
      await collect(returned, what, (value) => checkGroup(value, seen), emit, ctx.signal);
    });
  return runOne(facts, deps, work, signal);
}

/** Enriches one resource; hands over each set as it is known to be right. */
export function runEnrich(
  module: PluginModule,
  input: ItemInput,
  deps: RunDeps,
  emit: (set: EnrichmentSet) => Promise<void>,
  signal: AbortSignal,
): Promise<RunOutcome> {
  const { facts, resource } = input;
  const seen = new Set<string>();
  const work = (ctx: RunContext): Promise<void> =>
    blame(facts.plugin, resource.id, async () => {
      const returned = module.enrich?.(resource, withEnrichments(ctx, input));
      const what = { service: "enrich", things: "enrichments" };
      await collect(returned, what, (value) => checkEnrichment(value, seen), emit, ctx.signal);
    });
  return runOne(facts, deps, work, signal);
}

function withEnrichments(ctx: RunContext, input: ItemInput): ResourceContext {
  const enrichment = (namespace: string, resourceId = ""): unknown => {
    const own = resourceId === "" || resourceId === input.resource.id;
    const set = input.enrichments.find(
      (one) =>
        one.namespace === namespace &&
        (own ? one.resourceId === "" || one.resourceId === input.resource.id : one.resourceId === resourceId),
    );
    return set && parseFacts(set);
  };
  return extendContext(ctx, { enrichment });
}

function parseFacts(set: EnrichmentSet): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(set.dataJson));
  } catch (error) {
    throw new PollFault("enrichment_failure", `the facts of namespace ${set.namespace} are no JSON`, { cause: error });
  }
}
