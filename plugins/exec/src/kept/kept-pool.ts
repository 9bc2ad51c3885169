import { type Log, PollFault } from "@ocelli/plugin-sdk";
import { pause } from "../pause.js";
import type { Supervision } from "../program/program.js";
import type { TimeLimit } from "../time-limit.js";
import type { KeptAnswer } from "./answer-reader.js";
import { KeptProgram, type KeptStart } from "./kept-program.js";

/** The longest pause before a program that dies without an answer is started again, in ms. */
const longestPauseMs = 60_000;
const firstPauseMs = 500;
/** How long programs that are ended for good may take, in ms. */
const graceMs = 1_000;

/** Idle programs of one plugin with one revision of its settings. */
export class KeptPool {
  readonly #start: KeptStart;
  readonly #supervision: Supervision;
  readonly #idle: { readonly program: KeptProgram; readonly timer: NodeJS.Timeout }[] = [];
  /** In a row, without an answer. */
  #deaths = 0;
  #notBeforeMs = 0;
  #lastDeath = "";
  #isRetired = false;

  constructor(start: KeptStart, supervision: Supervision) {
    this.#start = start;
    this.#supervision = supervision;
  }

  /** Asks an idle program, or another one that it starts. Who calls sees to it that there are not too many. A program is
   *  ended where nobody asks it for `idleMs`. */
  async ask(
    lineOf: (id: number) => string,
    limit: TimeLimit,
    idleMs: number,
    log: Log,
    signal: AbortSignal,
  ): Promise<KeptAnswer & { readonly lastLines: string }> {
    const startedAtMs = performance.now();
    const program = this.#takeIdle() ?? (await this.#startOne(limit, log, signal));
    const left = { ...limit, runMs: Math.max(50, limit.runMs - (performance.now() - startedAtMs)) };
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
    for (const { program, timer } of this.#idle.splice(0)) {
      clearTimeout(timer);
      void program.finish(graceMs);
    }
  }

  #takeIdle(): KeptProgram | undefined {
    // The one that worked last: the others may get old and end.
    for (let last = this.#idle.pop(); last; last = this.#idle.pop()) {
      clearTimeout(last.timer);
      if (last.program.isUsable) return last.program;
    }
    return undefined;
  }

  #putBack(program: KeptProgram, idleMs: number): void {
    if (this.#isRetired || !program.isUsable) return void program.finish(graceMs);
    const drop = (): void => {
      const at = this.#idle.findIndex((one) => one.program === program);
      const [dropped] = at < 0 ? [] : this.#idle.splice(at, 1);
      clearTimeout(dropped?.timer);
    };
    const timer = setTimeout(
      () => {
        drop();
        void program.finish(graceMs);
      },
      Math.min(idleMs, 2 ** 31 - 1),
    ).unref();
    program.onIdleEnd = drop;
    this.#idle.push({ program, timer });
  }

  async #startOne(limit: TimeLimit, log: Log, signal: AbortSignal): Promise<KeptProgram> {
    const pauseMs = this.#notBeforeMs - performance.now();
    if (pauseMs > limit.runMs / 2) {
      const times = `${this.#deaths} ${this.#deaths === 1 ? "time" : "times"} in a row`;
      const next = `it is started again in ${Math.ceil(pauseMs / 1000)} s`;
      throw new PollFault(
        "internal",
        `${this.#start.name} ended without an answer ${times}, ${next}: ${this.#lastDeath}`,
      );
    }
    if (pauseMs > 0) await pause(pauseMs, signal);
    return KeptProgram.start(this.#start, this.#supervision, log);
  }

  #died(why: string): void {
    this.#deaths += 1;
    this.#lastDeath = why;
    this.#notBeforeMs = performance.now() + Math.min(longestPauseMs, firstPauseMs * 2 ** (this.#deaths - 1));
  }
}
