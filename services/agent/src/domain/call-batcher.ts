import type { Clock, Kind } from "@ocelli/model";
import type { ActiveRun } from "./active-run.js";
import type { WorkModule } from "./run-ports.js";

/** How long a claimed run waits for company, in ms. */
const gatherMs = 2;

/** Where so many more came in that time, the batch waits once more: a call costs as much as dozens of its items. */
const busyRuns = 8;

/** How often a batch waits at most: the first of it loses 10 ms where runs come by the thousand, and 2 ms where they do not. */
const mostWaits = 5;

interface Batch {
  readonly module: WorkModule;
  readonly kind: Kind;
  runs: ActiveRun[];
}

/** Gathers runs that are ready together into one call per module and kind. A discovery travels alone. */
export class CallBatcher {
  readonly #clock: Clock;
  readonly #send: (module: WorkModule, runs: readonly ActiveRun[]) => void;
  readonly #batches = new Map<WorkModule, Map<Kind, Batch>>();

  constructor(clock: Clock, send: (module: WorkModule, runs: readonly ActiveRun[]) => void) {
    this.#clock = clock;
    this.#send = send;
  }

  add(run: ActiveRun): void {
    const { module } = run.plugin;
    const { kind } = run.task;
    if (kind === "discovery") {
      this.#send(module, [run]);
      return;
    }
    const batch = this.#batches.get(module)?.get(kind) ?? this.#open(module, kind);
    batch.runs.push(run);
    if (batch.runs.length >= module.itemsPerCall) this.#flush(batch);
  }

  #open(module: WorkModule, kind: Kind): Batch {
    const ofModule = this.#batches.get(module) ?? new Map<Kind, Batch>();
    this.#batches.set(module, ofModule);
    const batch: Batch = { module, kind, runs: [] };
    ofModule.set(kind, batch);
    void this.#gather(batch);
    return batch;
  }

  async #gather(batch: Batch): Promise<void> {
    for (let waits = 0, before = 0; waits < mostWaits; waits += 1) {
      await this.#clock.sleep(gatherMs);
      if (batch.runs.length < before + busyRuns) break;
      before = batch.runs.length;
    }
    this.#flush(batch);
  }

  #flush(batch: Batch): void {
    const ofModule = this.#batches.get(batch.module);
    if (ofModule?.get(batch.kind) === batch) ofModule.delete(batch.kind);
    if (ofModule?.size === 0) this.#batches.delete(batch.module);
    const { runs } = batch;
    batch.runs = [];
    if (runs.length > 0) this.#send(batch.module, runs);
  }
}
