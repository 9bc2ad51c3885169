import { type Clock, messageOf, type Random } from "@ocelli/model";
import type { LiveModule, ModuleStarter, StartOutcome } from "./ports.js";
import { firstState, type ModuleEvent, type ModuleState, supervise } from "./supervise.js";

export interface SupervisedDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly onChange: () => void;
  readonly onNote: (plugins: readonly string[], sentence: string) => void;
}

/** Keeps one module running: carries out what `supervise` decides. */
export class SupervisedModule {
  readonly #start: ModuleStarter;
  readonly #deps: SupervisedDeps;
  readonly #stopping = new AbortController();
  #state: ModuleState = firstState;
  #live: LiveModule | undefined;
  #restarts = 0;
  #busy: Promise<unknown> = Promise.resolve();

  constructor(start: ModuleStarter, deps: SupervisedDeps) {
    this.#start = start;
    this.#deps = deps;
    this.#busy = this.#bringUp();
  }

  get state(): ModuleState {
    return this.#state;
  }

  /** Undefined while it does not run. */
  get live(): LiveModule | undefined {
    return this.#state.kind === "up" ? this.#live : undefined;
  }

  /** How often it was started again. */
  get restarts(): number {
    return this.#restarts;
  }

  /** Ends it for good: what runs may take `graceMs`. */
  async stop(graceMs: number): Promise<void> {
    const live = this.#live;
    const { order } = this.#take({ kind: "stop" });
    this.#stopping.abort();
    await this.#busy;
    if (order === "stop") await live?.stop(graceMs);
    else await this.#live?.kill();
  }

  async #bringUp(): Promise<void> {
    const events = {
      onNote: this.#deps.onNote,
      onStuck: (reason: string) => this.#on({ kind: "stuck", reason }),
    };
    const outcome = await this.#start(events, this.#stopping.signal).catch(
      (error: unknown): StartOutcome => ({ kind: "failed", absent: false, reason: messageOf(error) }),
    );
    if (outcome.kind === "failed") {
      this.#on({ kind: "start_failed", reason: outcome.reason, absent: outcome.absent });
      return;
    }
    const { module } = outcome;
    this.#live = module;
    void module.ended.then((reason) => {
      if (this.#live === module) this.#live = undefined;
      this.#on({ kind: "ended", reason });
    });
    this.#on({ kind: "started" });
  }

  async #waitUntil(untilMs: number): Promise<void> {
    const { clock } = this.#deps;
    await clock.sleep(Math.max(0, untilMs - clock.monotonicMs()), this.#stopping.signal);
    if (!this.#stopping.signal.aborted) this.#on({ kind: "waited" });
  }

  #on(event: ModuleEvent): void {
    const absent = this.#state.kind === "waiting" && this.#state.absent;
    const { order, state } = this.#take(event);
    switch (order) {
      case "start":
        if (!absent) this.#restarts += 1;
        this.#busy = this.#bringUp();
        break;
      case "wait":
        if (state.kind === "waiting") this.#busy = this.#waitUntil(state.untilMs);
        break;
      case "kill":
        void this.#live?.kill();
        break;
      case "stop":
      case "nothing":
        break;
    }
    this.#deps.onChange();
  }

  #take(event: ModuleEvent) {
    const decided = supervise(this.#state, event, this.#deps.clock.monotonicMs(), this.#deps.random);
    this.#state = decided.state;
    return decided;
  }
}
