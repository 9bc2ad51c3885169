import type { Kind, PairRegister } from "@ocelli/model";
import type { ActiveRun } from "./active-run.js";
import { composeResults, type Outcome, pollResult, statusOf } from "./compose-results.js";
import type { ReadyPart, ResultOutlet } from "./run-ports.js";
import type { KeptRun, Spool } from "./spool.js";

export interface SendingDeps {
  readonly clock: { nowMs(): number };
  readonly results: ResultOutlet;
  readonly spool: Spool;
  readonly agentId: string;
}

/** The results of a run on their way, and the part whose turn it is. Where the broker does not answer, a copy of all that is
 *  needed to finish the run goes to the spool. */
export class Sending implements ReadyPart {
  readonly kind: Kind;
  readonly key: string;
  /** The part that is published. */
  bytes: Uint8Array = nothing;
  readonly parts: readonly Uint8Array[];
  readonly #deps: SendingDeps;
  readonly #run: ActiveRun;
  readonly #outcome: Outcome;
  readonly #finishedAtMs: number;
  #waits = false;
  #copy: KeptRun | undefined = undefined;

  constructor(deps: SendingDeps, run: ActiveRun, outcome: Outcome, finishedAtMs: number, firstPart: number) {
    this.kind = run.task.kind;
    this.key = run.place.key;
    this.#deps = deps;
    this.#run = run;
    this.#outcome = outcome;
    this.#finishedAtMs = finishedAtMs;
    const { results, agentId, clock } = deps;
    const from = { agentId, finishedAtMs, firstPart };
    this.parts =
      this.kind === "polling"
        ? results.encodePoll(pollResult(run, outcome, from), clock.nowMs())
        : composeResults(run, outcome, from).map((part) => results.encode(part));
  }

  onWaiting(): void {
    if (this.#waits) return;
    this.#waits = true;
    const { kind, key, parts } = this;
    const { partition } = this.#run.place;
    const { revision } = this.#run;
    this.#copy = this.#deps.spool.keep({ kind, key, partition, parts, register: this.idleRegister(), revision });
  }

  /** The run needs no copy any more. */
  settled(): void {
    this.#copy?.done();
  }

  /** The register as it stands once the run is completed. */
  idleRegister(): PairRegister {
    const run = this.#run;
    return {
      plugin: run.pair.plugin,
      resourceId: run.pair.resourceId,
      running: false,
      agentId: this.#deps.agentId,
      attempt: run.attempt,
      fence: run.fence,
      leaseMs: 0,
      slotAtMs: run.task.slotAtMs,
      startedAtMs: run.startedAtMs,
      finishedAtMs: this.#finishedAtMs,
      status: statusOf(this.#outcome),
      state: this.#outcome.state ?? run.task.state,
    };
  }
}

const nothing = new Uint8Array();
