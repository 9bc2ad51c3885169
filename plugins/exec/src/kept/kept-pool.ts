import { type Log, PollFault, type systemClock } from "@ocelli/plugin-sdk";
import type { Supervision } from "../program/program.js";
import type { TimeLimit } from "../time-limit.js";
import type { KeptAnswer } from "./answer-reader.js";
import { KeptProgram, type KeptStart } from "./kept-program.js";
import type { LineOf } from "./request.js";
import { restartWaitMs } from "./restart-wait.js";

/** How long programs that are ended for good may take, in ms. */
const graceMs = 1_000;

interface Idle {
  readonly program: KeptProgram;
  /** Aborts when it is idle no more. */
  readonly over: AbortController;
}

/** Idle programs of one plugin with one revision of its settings. */
export class KeptPool {
  readonly #start: KeptStart;
  readonly #supervision: Supervision;
  readonly #clock: Pick<typeof systemClock, "monotonicMs" | "sleep">;
  readonly #idle: Idle[] = [];
  /** In a row, without an answer. */
  #deaths = 0;
  #notBeforeMs = Number.NEGATIVE_INFINITY;
  #lastDeath = "";
  #isRetired = false;

  constructor(start: KeptStart, supervision: Supervision, clock: Pick<typeof systemClock, "monotonicMs" | "sleep">) {
    this.#start = start;
    this.#supervision = supervision;
    this.#clock = clock;
  }

  /** Asks an idle program, or another one that it starts. Who calls sees to it that there are not too many. A program is
   *  ended where nobody asks it for `idleMs`. */
  async ask(
    lineOf: LineOf,
    limit: TimeLimit,
    idleMs: number,
    log: Log,
    signal: AbortSignal,
  ): Promise<KeptAnswer & { readonly lastLines: string }> {
    const startedAtMs = this.#clock.monotonicMs();
    const program = this.#takeIdle() ?? (await this.#startOne(limit, log, signal));
    const left = { ...limit, runMs: Math.max(50, limit.runMs - (this.#clock.monotonicMs() - startedAtMs)) };
    try {
      const answer = await program.ask(lineOf, left, log, signal);
      this.#deaths = 0;
      this.#putBack(program, idleMs);
      return answer;
    } catch (error) {
      if (program.answered === 0 && error instanceof PollFault && error.status === "internal")
        this.#died(error.message);
      throw error;
    }
  }

  /** Ends the programs that nobody asks, and each other one after its answer. */
  retire(): void {
    this.#isRetired = true;
    for (const { program, over } of this.#idle.splice(0)) {
      over.abort();
      void program.finish(graceMs);
    }
  }

  #takeIdle(): KeptProgram | undefined {
    // The one that worked last: the others may get old and end.
    for (let last = this.#idle.pop(); last; last = this.#idle.pop()) {
      last.over.abort();
      if (last.program.isUsable) return last.program;
    }
    return undefined;
  }

  #putBack(program: KeptProgram, idleMs: number): void {
    if (this.#isRetired || !program.isUsable) return void program.finish(graceMs);
    const idle = { program, over: new AbortController() };
    program.onIdleEnd = () => this.#drop(idle);
    this.#idle.push(idle);
    void this.#endUnasked(idle, idleMs);
  }

  async #endUnasked(idle: Idle, idleMs: number): Promise<void> {
    await this.#clock.sleep(idleMs, idle.over.signal);
    if (idle.over.signal.aborted) return;
    this.#drop(idle);
    await idle.program.finish(graceMs);
  }

  #drop(idle: Idle): void {
    idle.over.abort();
    const at = this.#idle.indexOf(idle);
    if (at >= 0) this.#idle.splice(at, 1);
  }

  async #startOne(limit: TimeLimit, log: Log, signal: AbortSignal): Promise<KeptProgram> {
    const waitMs = this.#notBeforeMs - this.#clock.monotonicMs();
    if (waitMs > limit.runMs / 2) {
      const times = `${this.#deaths} ${this.#deaths === 1 ? "time" : "times"} in a row`;
      const next = `it is started again in ${Math.ceil(waitMs / 1000)} s`;
      throw new PollFault(
        "internal",
        `${this.#start.name} ended without an answer ${times}, ${next}: ${this.#lastDeath}`,
      );
    }
    if (waitMs > 0) await this.#clock.sleep(waitMs, signal);
    return KeptProgram.start(this.#start, this.#supervision, log);
  }

  #died(why: string): void {
    this.#deaths += 1;
    this.#lastDeath = why;
    this.#notBeforeMs = this.#clock.monotonicMs() + restartWaitMs(this.#deaths);
  }
}
