import type { Clock } from "@ocelli/model";

/** A run that has to end some time. */
export interface Timed {
  readonly deadlineAtMs: number;
  /** The deadline is over. */
  expire(): void;
  /** The call is over. */
  cancel(reason: unknown): void;
}

/** One timer for the deadlines of all runs of a module: they are many, and hardly one of them is ever late. */
export class Deadlines {
  readonly #clock: Clock;
  readonly #scopes = new Set<ReadonlySet<Timed>>();
  #wakeAtMs = Number.POSITIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  watch(runs: ReadonlySet<Timed>): void {
    this.#scopes.add(runs);
  }

  forget(runs: ReadonlySet<Timed>): void {
    this.#scopes.delete(runs);
  }

  /** Says that a run which is watched ends then: not later than that it is looked at. */
  wakeAt(atMs: number): void {
    if (atMs < this.#wakeAtMs) void this.#sleepUntil(atMs);
  }

  async #sleepUntil(atMs: number): Promise<void> {
    this.#wakeAtMs = atMs;
    await this.#clock.sleep(atMs - this.#clock.monotonicMs());
    if (this.#wakeAtMs !== atMs) return; // Somebody was to be woken earlier, and looked.
    this.#wakeAtMs = Number.POSITIVE_INFINITY;
    this.#look();
  }

  #look(): void {
    let nextAtMs = Number.POSITIVE_INFINITY;
    const nowMs = this.#clock.monotonicMs();
    for (const runs of this.#scopes) {
      for (const run of runs) {
        if (run.deadlineAtMs <= nowMs) run.expire();
        else nextAtMs = Math.min(nextAtMs, run.deadlineAtMs);
      }
    }
    if (nextAtMs < this.#wakeAtMs) void this.#sleepUntil(nextAtMs);
  }
}

/** The runs of one call: they end with its signal, or at their own deadlines. */
export class CallScope implements Disposable {
  readonly #signal: AbortSignal;
  readonly #deadlines: Deadlines;
  readonly #runs = new Set<Timed>();
  readonly #onAbort = (): void => {
    for (const run of [...this.#runs]) run.cancel(this.#signal.reason);
  };

  constructor(signal: AbortSignal, deadlines: Deadlines) {
    this.#signal = signal;
    this.#deadlines = deadlines;
    deadlines.watch(this.#runs);
    signal.addEventListener("abort", this.#onAbort, { once: true });
  }

  /** True where the call was cancelled: nobody waits for its answers. */
  get cancelled(): boolean {
    return this.#signal.aborted;
  }

  enter(run: Timed): void {
    this.#runs.add(run);
    this.#deadlines.wakeAt(run.deadlineAtMs);
  }

  leave(run: Timed): void {
    this.#runs.delete(run);
  }

  [Symbol.dispose](): void {
    this.#signal.removeEventListener("abort", this.#onAbort);
    this.#deadlines.forget(this.#runs);
  }
}
