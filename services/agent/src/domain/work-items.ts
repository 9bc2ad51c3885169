import type { Clock, EnrichmentSet, Resource, Run, WorkItem } from "@ocelli/model";
import type { ActiveRun } from "./active-run.js";
import type { EnrichmentSource, RunTask, WorkPlugin } from "./run-ports.js";

/** A discovery is about no resource; its call sends only the run. */
const noResource: Resource = {
  id: "",
  site: "",
  class: "",
  subclass: "",
  type: "",
  endpoint: "",
  metadata: {},
  parents: [],
  ttlS: 0,
};

/** The item of a task. Its resource is taken apart only where somebody asks for it. */
class TaskItem implements WorkItem {
  readonly run: Run;
  readonly enrichments: readonly EnrichmentSet[];
  readonly #task: RunTask;

  constructor(task: RunTask, run: Run, enrichments: readonly EnrichmentSet[]) {
    this.#task = task;
    this.run = run;
    this.enrichments = enrichments;
  }

  get resource(): Resource {
    return this.#task.resource ?? noResource;
  }

  get resourceBytes(): Uint8Array | undefined {
    return this.#task.resourceBytes;
  }
}

/** What a run tells its module. Spans count from now. */
function runOf(run: ActiveRun, leaseMs: number, nowMonoMs: number): Run {
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
  ownId: string,
): { resourceId: string; namespace: string }[] {
  if (preload.length === 0) return wants.map((namespace) => ({ resourceId: ownId, namespace }));
  return preload.map((entry) => {
    const colon = entry.lastIndexOf(":");
    const of = entry.slice(0, colon);
    return { resourceId: of === "self" ? ownId : of, namespace: entry.slice(colon + 1) };
  });
}

/** Whether the items of a plugin have to wait for enrichment. */
export function wantsEnrichment({ kind, spec, wantsEnrichments }: WorkPlugin): boolean {
  return kind !== "discovery" && (spec.preload.length > 0 || wantsEnrichments.length > 0);
}

/** The enrichment a run asked for. What cannot be read is left out: the module tells by the status what it misses. */
export async function enrichmentsOf(run: ActiveRun, source: EnrichmentSource): Promise<EnrichmentSet[]> {
  if (!wantsEnrichment(run.plugin)) return [];
  const { spec, wantsEnrichments } = run.plugin;
  const wanted = wantedEnrichments(spec.preload, wantsEnrichments, run.task.resourceId);
  const found = await Promise.all(wanted.map(({ resourceId, namespace }) => source.find(resourceId, namespace)));
  return found.filter((set) => set !== undefined);
}

/** The item of a run, with the enrichment that was found. */
export function itemOf(
  run: ActiveRun,
  enrichments: readonly EnrichmentSet[],
  { clock, leaseMs }: { readonly clock: Clock; readonly leaseMs: number },
): WorkItem {
  return new TaskItem(run.task, runOf(run, leaseMs, clock.monotonicMs()), enrichments);
}
