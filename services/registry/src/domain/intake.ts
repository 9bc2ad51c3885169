import { partitionOf, type Result } from "@ocelli/model";
import { type DiscoveryAnswer, DiscoveryParts } from "./discovery-parts.js";
import { draft } from "./event-draft.js";
import { type FencedPair, Fences, type FinishedRun } from "./fences.js";
import type { Tell } from "./ports.js";

export interface IntakeDeps {
  readonly applyDiscovery: (answer: DiscoveryAnswer) => Promise<void>;
  readonly applyEnrichment: (result: Result) => Promise<void>;
  /** What the pair's register says. Throws `unavailable` where it cannot be read. */
  readonly finishedRun: (pair: FencedPair) => Promise<FinishedRun | undefined>;
  /** Of the mesh. */
  readonly partitions: number;
  readonly tell: Tell;
  readonly monotonicMs: () => number;
}

const patience = { partMs: 60_000, endMs: 3_600_000 };

/** "held": a part of a discovery that is not whole yet. It is settled with the part that makes it whole. */
export type Taken = "settled" | "held";

/** Takes results in stream order: checks the fence, puts the parts of a discovery together, and has them applied. */
export class Intake {
  readonly #deps: IntakeDeps;
  readonly #fences = new Fences();
  readonly #parts = new DiscoveryParts();
  #stale = 0;

  constructor(deps: IntakeDeps) {
    this.#deps = deps;
  }

  /** Results refused because of their fence, since the start. */
  get stale(): number {
    return this.#stale;
  }

  /** Resolves once what the result completes is applied; a failure leaves it to be taken again. `again`: the broker
   *  delivers it not for the first time, so that it may come behind newer ones without anything being wrong. */
  async take(result: Result, again: boolean): Promise<Taken> {
    if (result.kind !== "discovery" && result.kind !== "enrichment") return "settled";
    const pair: FencedPair = {
      plugin: result.plugin,
      resourceId: result.resource?.id ?? "",
      partition: partitionOf(result.plugin, result.resource, this.#deps.partitions),
    };
    const finished = this.#fences.knows(pair) ? undefined : await this.#deps.finishedRun(pair);
    const verdict = this.#fences.look(pair, result.fence, finished);
    if (verdict.kind !== "newest") {
      if (verdict.kind === "stale" && !again) this.#refuse(pair, result, verdict.newest);
      return "settled";
    }
    if (result.kind === "enrichment") {
      await this.#deps.applyEnrichment(result);
      return "settled";
    }
    if (this.#parts.isSettled(result)) return "settled";
    const answer = this.#parts.add(result, this.#deps.monotonicMs());
    if (!answer) return "held";
    await this.#deps.applyDiscovery(answer);
    this.#parts.settle(answer);
    return "settled";
  }

  /** Applies what can be applied of discoveries whose missing parts did not come in time. Answers which they were. */
  async giveUpWaiting(): Promise<readonly Pick<DiscoveryAnswer, "plugin" | "fence">[]> {
    const late = this.#parts.late(this.#deps.monotonicMs(), patience);
    for (const answer of late) {
      await this.#deps.applyDiscovery(answer);
      this.#parts.settle(answer);
    }
    return late;
  }

  /** Somebody else took results meanwhile: what is remembered of them is old. */
  reset(): void {
    this.#fences.forgetAll();
    this.#parts.forgetAll();
  }

  #refuse({ plugin, resourceId }: FencedPair, result: Result, newest: number): void {
    this.#stale += 1;
    const attributes = { fence: String(result.fence), newest: String(newest), agent: result.agentId };
    const message = `a result of ${result.agentId} was refused: a newer run had taken over`;
    this.#deps.tell(draft("run.stale", message, { plugin, resourceId, attributes }));
  }
}
