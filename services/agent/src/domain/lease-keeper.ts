import type { Clock } from "@ocelli/model";
import { type ActiveRun, leaseLost, renewalDue, runningRegister } from "./active-run.js";
import type { Guard } from "./run-ports.js";

export interface KeeperDeps {
  readonly clock: Clock;
  readonly guard: Guard;
  readonly agentId: string;
  readonly leaseMs: number;
  /** The run may not go on, and what it still brings is refused. */
  readonly onLost: (run: ActiveRun) => void;
}

const lookEveryMs = 250;

/** Renews the leases of long runs with one timer for all of them. A lease counts as lost at 0.8 of its length since the last
 *  write that was confirmed was sent, or at once where somebody else moved the register. */
export class LeaseKeeper {
  readonly #deps: KeeperDeps;
  readonly #runs = new Set<ActiveRun>();

  constructor(deps: KeeperDeps) {
    this.#deps = deps;
  }

  watch(run: ActiveRun): void {
    this.#runs.add(run);
  }

  forget(run: ActiveRun): void {
    this.#runs.delete(run);
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#deps.clock.sleep(lookEveryMs, signal);
      this.look();
    }
  }

  /** One look at every run: renews what is due, gives up what is lost. */
  look(): void {
    const { clock, leaseMs } = this.#deps;
    const nowMonoMs = clock.monotonicMs();
    for (const run of this.#runs) {
      if (run.phase !== "running") continue;
      if (leaseLost(run, leaseMs, nowMonoMs)) this.#lose(run);
      else if (renewalDue(run, leaseMs, nowMonoMs)) run.renewing = this.#renew(run, nowMonoMs);
    }
  }

  async #renew(run: ActiveRun, sentMonoMs: number): Promise<void> {
    const { guard, agentId, leaseMs } = this.#deps;
    const { attempt, fence, startedAtMs } = run;
    const register = runningRegister(run.task, { agentId, attempt, leaseMs, fence, startedAtMs });
    const outcome = await guard.hold(run.place, register, run.revision);
    run.renewing = undefined;
    if (outcome.kind === "held") {
      run.revision = outcome.revision;
      run.heldSinceMonoMs = sentMonoMs;
    } else if (outcome.kind === "lost") this.#lose(run);
  }

  #lose(run: ActiveRun): void {
    if (run.phase !== "running") return;
    run.phase = "lost";
    this.#runs.delete(run);
    this.#deps.onLost(run);
  }
}
