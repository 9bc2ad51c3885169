import type { Kind, PollStatus } from "@ocelli/model";

export type CounterName =
  | "tasks_taken"
  | "tasks_expired"
  | "tasks_garbage"
  | "claims_won"
  | "claims_superseded"
  | "claims_unknown"
  | "leases_lost"
  | "results_published"
  | "results_stale"
  | "runs_failed"
  | "spool_kept"
  | "spool_refused"
  | "spool_damaged"
  | "spool_published"
  | "spool_expired"
  | "sink_records_stored"
  | "sink_records_refused";

/** One finished run. */
export interface FinishedRun {
  readonly kind: Kind;
  readonly plugin: string;
  readonly resourceId: string;
  readonly fence: number;
  readonly slotAtMs: number;
  readonly startedAtMs: number;
  readonly tookMs: number;
  readonly status: PollStatus;
  readonly message: string;
  /** Metrics, enrichment sets or resources found. */
  readonly found: number;
}

const kept = 10_000;

/** What the agent did: counters since its start and the newest finished runs. */
export class RunLog {
  readonly #counters = new Map<CounterName, number>();
  readonly #runs: FinishedRun[] = [];
  #next = 0;

  count(name: CounterName, by = 1): void {
    this.#counters.set(name, (this.#counters.get(name) ?? 0) + by);
  }

  counters(): ReadonlyMap<CounterName, number> {
    return this.#counters;
  }

  add(run: FinishedRun): void {
    this.#runs[this.#next % kept] = run;
    this.#next += 1;
  }

  /** Newest first. */
  newest(limit: number, wanted: (run: FinishedRun) => boolean): FinishedRun[] {
    const found: FinishedRun[] = [];
    for (let i = this.#next - 1; i >= Math.max(0, this.#next - kept) && found.length < limit; i -= 1) {
      const run = this.#runs[i % kept];
      if (run && wanted(run)) found.push(run);
    }
    return found;
  }
}
