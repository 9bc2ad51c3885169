import type { Clock, Result, WorkItem } from "@ocelli/model";
import { compareRuns } from "./compare.js";
import type { Copy, CopyQueue, StartedCopy } from "./copy-queue.js";
import { reserveMs } from "./may-run.js";
import type { ShadowModule } from "./shadow-module.js";
import type { ShownCopy } from "./show-copy.js";

/** A copy with the facts that travel with it. */
export interface PreparedCopy extends Copy {
  readonly enrichments: WorkItem["enrichments"];
}

export interface RepeaterDeps {
  readonly module: Pick<ShadowModule, "ask">;
  readonly queue: Pick<CopyQueue<PreparedCopy>, "ended">;
  readonly clock: Clock;
  /** Of the local plugin file. */
  readonly revision: string;
  readonly show: (copy: ShownCopy) => void;
  readonly skip: (live: Result, why: string) => void;
}

/** Repeats live runs with the module. What the shadow's runs leave behind is kept for the next one of the same resource. */
export class CopyRepeater {
  readonly #deps: RepeaterDeps;
  readonly #states = new Map<string, Uint8Array>();
  readonly #runs = new Set<Promise<void>>();

  constructor(deps: RepeaterDeps) {
    this.#deps = deps;
  }

  /** Resolves once every run that was begun is over. */
  async settled(): Promise<void> {
    await Promise.all(this.#runs);
  }

  begin(started: StartedCopy<PreparedCopy>, signal: AbortSignal, onEnd: () => void): void {
    const run = this.#repeat(started, signal).finally(() => {
      this.#runs.delete(run);
      onEnd();
    });
    this.#runs.add(run);
  }

  async #repeat(started: StartedCopy<PreparedCopy>, signal: AbortSignal): Promise<void> {
    const { module, queue, clock, show, skip } = this.#deps;
    const { copy, startedAtMs, deadlineMs, endMs } = started;
    const { live, resourceId } = copy;
    const startedMs = clock.monotonicMs();
    const item = this.#itemOf(copy, deadlineMs);
    // The end of a module that does not obey takes its time too; both fit into the reserve.
    const times = { endMs, lateMs: Math.min(200, reserveMs(live.frequencyMs) / 2) };
    const end = await module.ask(item, times, signal);
    queue.ended(copy, startedAtMs + clock.monotonicMs() - startedMs);
    if (signal.aborted) return;
    if (end.kind === "ended") return skip(live, end.why);
    const { found, state } = end.answered;
    if (state) this.#states.set(resourceId, state);
    show({
      atMs: clock.nowMs(),
      resourceId,
      slotAtMs: live.slotAtMs,
      live: { ...live, tookMs: live.finishedAtMs - live.startedAtMs },
      shadow: { status: found.status, fault: found.fault, tookMs: end.tookMs },
      comparison: compareRuns(live, found),
    });
  }

  #itemOf({ live, resourceId, enrichments }: PreparedCopy, deadlineMs: number): WorkItem {
    const { slotAtMs, frequencyMs, fence } = live;
    const state = this.#states.get(resourceId) ?? new Uint8Array();
    const { revision } = this.#deps;
    const run = { plugin: live.plugin, revision, fence, leaseMs: deadlineMs, deadlineMs, slotAtMs, frequencyMs, state };
    return { run: { ...run, traceparent: "" }, resource: live.resource ?? noResource, enrichments };
  }
}

/** A discovery is about no resource; its call sends only the run. */
const noResource = {
  ...{ id: "", site: "", class: "", subclass: "", type: "", endpoint: "" },
  ...{ metadata: {}, parents: [], ttlS: 0 },
};
