import type { Clock } from "@ocelli/model";
import type { Timed } from "./call-scope.js";
import type { Log } from "./log.js";
import { PollFault } from "./poll-fault.js";
import type { RunContext } from "./run-context.js";
import { StateCell } from "./state.js";
import { type AuthorCode, whereOf } from "./wrong-value.js";

/** What a run is told, whatever it does. */
export interface RunFacts {
  readonly plugin: string;
  readonly settings: unknown;
  readonly fence: number;
  /** How long it may take; Infinity without a deadline. */
  readonly deadlineMs: number;
  /** How much of that it has waited for its turn. */
  readonly waitedMs: number;
  readonly slotAtMs: number;
  readonly frequencyMs: number;
  readonly state: Uint8Array;
}

export interface RunDeps {
  readonly clock: Clock;
  readonly log: Log;
  /** Tells the host that the run needs more time. */
  progress(extendMs: number): void;
}

/** From so many values on a generator that has not ended at its deadline is taken for one that never will. */
const endlessFrom = 10_000;

/** One piece of an author's work, as the author sees it: what is dear to make is made when it is asked for. */
export class Run implements RunContext, Timed {
  readonly plugin: string;
  readonly settings: unknown;
  readonly fence: number;
  readonly slotAtMs: number;
  readonly frequencyMs: number;
  readonly log: Log;
  readonly state: StateCell;
  /** How many values the author's function has brought so far. */
  brought = 0;
  readonly #author: AuthorCode;
  readonly #clock: Clock;
  readonly #receivedAtMs: number;
  readonly #faults: PollFault[] = [];
  #deadlineAtMs: number;
  #controller: AbortController | undefined;
  #stopped: { readonly reason: unknown } | undefined;
  #settle: ((fault: PollFault | undefined) => void) | undefined;

  constructor(facts: RunFacts, deps: RunDeps, author: AuthorCode) {
    this.plugin = facts.plugin;
    this.settings = facts.settings;
    this.fence = facts.fence;
    this.slotAtMs = facts.slotAtMs;
    this.frequencyMs = facts.frequencyMs;
    this.log = deps.log;
    this.state = new StateCell(facts.state);
    this.progress = (extendMs) => {
      if (!(extendMs > 0)) throw new RangeError(`progress(${extendMs}): give the milliseconds that are still needed`);
      this.#deadlineAtMs = Math.max(this.#deadlineAtMs, this.#clock.monotonicMs() + extendMs);
      deps.progress(Math.ceil(extendMs));
    };
    this.fault = (fault) => void this.#faults.push(fault);
    this.#author = author;
    this.#clock = deps.clock;
    this.#receivedAtMs = deps.clock.monotonicMs() - facts.waitedMs;
    this.#deadlineAtMs = this.#receivedAtMs + facts.deadlineMs;
  }

  // Functions of its own, so that an author may take them apart: `const { progress } = ctx`.
  readonly progress: (extendMs: number) => void;
  readonly fault: (fault: PollFault) => void;

  get deadlineAtMs(): number {
    return this.#deadlineAtMs;
  }

  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.#stopped) this.#controller.abort(this.#stopped.reason);
    }
    return this.#controller.signal;
  }

  /** True once nobody waits for what the run does. */
  get stopped(): boolean {
    return this.#stopped !== undefined;
  }

  /** Resolves with what ended the work: undefined where it did all it had to. */
  until(work: () => Promise<void>, faultOf: (error: unknown) => PollFault): Promise<PollFault | undefined> {
    return new Promise((resolve) => {
      this.#settle = resolve;
      if (this.#clock.monotonicMs() >= this.#deadlineAtMs) this.expire();
      else
        work().then(
          () => this.#end(undefined),
          (error) => this.#end(faultOf(error)),
        );
    });
  }

  expire(): void {
    this.#end(this.#late());
  }

  cancel(reason: unknown): void {
    this.#stop(reason);
    this.#end(new PollFault("timeout", "the call was cancelled"));
  }

  /** Several faults of one answer as one: the first, and how many more there were. */
  joinedFaults(): PollFault | undefined {
    const [first, ...more] = this.#faults;
    if (!first || more.length === 0) return first;
    const { status, retry, origin } = first;
    return new PollFault(status, `${first.message} (and ${more.length} more)`, { retry, origin, cause: first });
  }

  #end(fault: PollFault | undefined): void {
    const settle = this.#settle;
    if (!settle) return;
    this.#settle = undefined;
    if (fault) this.#stop(fault);
    settle(fault);
  }

  #stop(reason: unknown): void {
    if (this.#stopped) return;
    this.#stopped = { reason };
    this.#controller?.abort(reason);
  }

  #late(): PollFault {
    const within = `within ${Math.round(this.#deadlineAtMs - this.#receivedAtMs)} ms`;
    if (this.brought === 0) return new PollFault("timeout", `no result ${within}`);
    const text = `${whereOf(this.#author)}: no end ${within}, ${this.brought} ${this.brought === 1 ? "value" : "values"} until then`;
    if (this.brought < endlessFrom) return new PollFault("timeout", text);
    return new PollFault("internal", `${text}: does its generator never end?`);
  }
}
