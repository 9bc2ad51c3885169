import {
  type Clock,
  type DiscoveryPart,
  type EnrichAnswer,
  type Fault,
  type ItemAnswer,
  messageOf,
  OcelliError,
  type PackedAnswer,
  type WorkItem,
} from "@ocelli/model";
import type { ActiveRun } from "./active-run.js";
import { failed, internalFault, nothingFound, type Outcome, timeoutFault } from "./compose-results.js";
import type { AnswerListener, Grant, Leave, WorkModule } from "./run-ports.js";

export interface CallDeps {
  readonly clock: Clock;
  /** A run is over, with what it came to. Called once for each run of a call. */
  readonly onOutcome: (run: ActiveRun, outcome: Outcome) => void;
  /** All of them are. */
  readonly onOver: (call: ModuleCall) => void;
}

export interface Call {
  readonly runs: readonly ActiveRun[];
  readonly items: readonly WorkItem[];
  readonly module: WorkModule;
}

/** Carries one call out: hands each run its outcome as it comes, times out those past their deadline while the others go on,
 *  and leaves the call once nobody waits for it. */
export class ModuleCall {
  readonly #deps: CallDeps;
  readonly #call: Call;
  /** What has come so far for the runs that wait. */
  readonly #open = new Map<ActiveRun, Outcome>();
  readonly #over = new AbortController();
  #leave: Leave = () => {};

  constructor(deps: CallDeps, call: Call) {
    this.#deps = deps;
    this.#call = call;
    for (const run of call.runs) {
      this.#open.set(run, nothingFound);
      run.abandon = () => this.#settle(run, failed(internalFault("the lease was lost", "host")));
    }
  }

  start(): void {
    const { module, items, runs } = this.#call;
    const { signal } = this.#over;
    void this.#watchDeadlines(signal);
    const grant: Grant = (item, extendMs) => this.#grant(runs[item], extendMs);
    switch (runs[0]?.task.kind) {
      case "discovery":
        void this.#discover(signal, grant);
        break;
      case "enrichment":
        this.#ask((to: AnswerListener<EnrichAnswer>) => module.enrich(items, to, grant), withSets);
        break;
      default:
        this.#ask((to: AnswerListener<PackedAnswer>) => module.poll(items, to, grant), withGroups);
    }
  }

  /** Waits for nothing any more. */
  giveUp(): void {
    this.#settleRest("the call was given up");
  }

  #ask<Answer extends ItemAnswer>(
    ask: (listener: AnswerListener<Answer>) => Leave,
    joined: (sofar: Outcome, answer: Answer) => Outcome,
  ): void {
    const leave = ask({
      onAnswer: (answer) => {
        const run = this.#call.runs[answer.item];
        const sofar = run && this.#open.get(run);
        if (!run || !sofar) return;
        const outcome = joined(sofar, answer);
        if (answer.last) this.#settle(run, outcome);
        else this.#open.set(run, outcome);
      },
      onEnd: () => this.#settleRest("the module ended the call without an answer"),
    });
    if (this.#open.size === 0) leave();
    else this.#leave = leave;
  }

  async #discover(signal: AbortSignal, grant: Grant): Promise<void> {
    const { module, items, runs } = this.#call;
    const [item] = items;
    const [run] = runs;
    if (!item || !run) return;
    const found = { ...nothingFound, resources: [...nothingFound.resources] };
    let fault: Outcome["fault"];
    try {
      for await (const part of module.discover(item.run, signal, grant)) {
        if (part.kind === "resources") for (const resource of part.resources) found.resources.push(resource);
        else if (part.kind === "partial") fault ??= partialFault(part);
        else {
          const { summary, state } = part;
          this.#settle(run, { ...found, summary, state, fault: part.fault ?? fault });
        }
      }
      this.#settleRest("the module ended the call without an answer");
    } catch (error) {
      this.#settle(run, failed(faultOf(error)));
    }
  }

  /** More time for an item that says it makes progress: until one interval after its start, for the next slot waits for it. */
  #grant(run: ActiveRun | undefined, extendMs: number): number {
    if (!run) return 0;
    const nowMonoMs = this.#deps.clock.monotonicMs();
    const deadlineMonoMs = Math.min(nowMonoMs + extendMs, run.startedMonoMs + run.task.frequencyMs);
    if (deadlineMonoMs <= run.deadlineMonoMs) return 0;
    run.deadlineMonoMs = deadlineMonoMs;
    return deadlineMonoMs - nowMonoMs;
  }

  #settle(run: ActiveRun, outcome: Outcome): void {
    if (!this.#open.delete(run)) return;
    this.#deps.onOutcome(run, outcome);
    if (this.#open.size > 0) return;
    this.#leave();
    this.#over.abort("over"); // a text: an error would be made for every call
    this.#deps.onOver(this);
  }

  #settleRest(why: string): void {
    if (this.#open.size === 0) return;
    for (const run of [...this.#open.keys()]) this.#settle(run, failed(internalFault(why)));
  }

  /** Times runs out, earliest first, until the call is over. */
  async #watchDeadlines(signal: AbortSignal): Promise<void> {
    const { clock } = this.#deps;
    while (this.#open.size > 0) {
      let earliestMs = Number.POSITIVE_INFINITY;
      for (const { deadlineMonoMs } of this.#open.keys()) earliestMs = Math.min(earliestMs, deadlineMonoMs);
      await clock.sleep(Math.max(1, earliestMs - clock.monotonicMs()), signal);
      if (signal.aborted) return;
      const nowMonoMs = clock.monotonicMs();
      for (const [run, sofar] of [...this.#open]) {
        if (nowMonoMs < run.deadlineMonoMs) continue;
        const fault = timeoutFault(Math.round(run.deadlineMonoMs - run.startedMonoMs));
        const some = sofar.groups.length > 0 || sofar.sets.length > 0;
        this.#settle(run, { ...sofar, fault: some ? { ...fault, status: "partial" } : fault });
      }
    }
  }
}

function withGroups(sofar: Outcome, { groups, fault, state }: PackedAnswer): Outcome {
  return {
    fault: fault ?? sofar.fault,
    groups: groups ? [...sofar.groups, groups] : sofar.groups,
    sets: sofar.sets,
    resources: sofar.resources,
    summary: sofar.summary,
    state: state ?? sofar.state,
  };
}

function withSets(sofar: Outcome, { sets, fault, state }: EnrichAnswer): Outcome {
  return { ...sofar, fault: fault ?? sofar.fault, sets: [...sofar.sets, ...sets], state: state ?? sofar.state };
}

/** What else was found counts: a discovery that could not look everywhere is partial. */
function partialFault({ scope, fault }: Extract<DiscoveryPart, { kind: "partial" }>): Fault {
  const message = scope === "" ? fault.message : `${scope}: ${fault.message}`;
  return { ...fault, status: "partial", message };
}

function faultOf(error: unknown): Fault {
  const timeout = error instanceof OcelliError && error.code === "timeout";
  return { ...internalFault(messageOf(error)), ...(timeout ? { status: "timeout" as const } : {}) };
}
