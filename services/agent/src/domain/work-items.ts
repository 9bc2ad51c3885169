import type { Clock, EnrichmentSet, Resource, Run, WorkItem } from "@ocelli/model";
import type { ActiveRun } from "./active-run.js";
import type { EnrichmentSource } from "./run-ports.js";

/** What a run tells its module. Spans count from now. */
export function runOf(run: ActiveRun, leaseMs: number, nowMonoMs: number): Run {
  const { task, plugin } = run;
  return {
    plugin: task.plugin,
    revision: plugin.spec.revision,
    fence: run.fence,
    leaseMs: Math.max(0, Math.floor(run.heldSinceMonoMs + leaseMs - nowMonoMs)),
    deadlineMs: Math.max(1, Math.floor(run.deadlineMonoMs - nowMonoMs)),
    slotAtMs: task.slotAtMs,
    frequencyMs: task.frequencyMs,
    state: task.state,
    traceparent: task.traceparent,
  };
}

/** Which enrichment travels with a resource: what the plugin file asks for, else what the module wants of the resource itself. */
export function wantedEnrichments(
  preload: readonly string[],
  wants: readonly string[],
  resource: Resource,
): { resourceId: string; namespace: string }[] {
  if (preload.length === 0) return wants.map((namespace) => ({ resourceId: resource.id, namespace }));
  return preload.map((entry) => {
    const colon = entry.lastIndexOf(":");
    const of = entry.slice(0, colon);
    return { resourceId: of === "self" ? resource.id : of, namespace: entry.slice(colon + 1) };
  });
}

/** The item of a run, with the enrichment it asked for. Enrichment that cannot be read is left out: the module tells by the
 *  status what it misses. */
export async function itemOf(
  run: ActiveRun,
  resource: Resource,
  deps: { clock: Clock; enrichments: EnrichmentSource; leaseMs: number },
): Promise<WorkItem> {
  const { spec, wantsEnrichments } = run.plugin;
  const wanted = wantedEnrichments(spec.preload, wantsEnrichments, resource);
  const found = await Promise.all(
    wanted.map(({ resourceId, namespace }) => deps.enrichments.find(resourceId, namespace)),
  );
  const enrichments = found.filter((set): set is EnrichmentSet => set !== undefined);
  return { run: runOf(run, deps.leaseMs, deps.clock.monotonicMs()), resource, enrichments };
}
