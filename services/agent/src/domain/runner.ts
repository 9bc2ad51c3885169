import { type Clock, type EnrichmentSet, type Fault, messageOf, type WorkItem } from "@ocelli/model";
import { type ActiveRun, leaseLost } from "./active-run.js";
import { CallBatcher } from "./call-batcher.js";
import { type ClaimDeps, type Claimed, claimTask, type Taking } from "./claim-task.js";
import { failed, internalFault, nothingFound, type Outcome, statusOf } from "./compose-results.js";
import { type FinishDeps, finishRun } from "./finish-run.js";
import { LeaseKeeper } from "./lease-keeper.js";
import { ModuleCall } from "./module-call.js";
import type { RunLog } from "./run-log.js";
import type { EnrichmentSource, EventOutlet, OfferedTask, WorkModule, WorkPlugin } from "./run-ports.js";
import { SharedSleep } from "./shared-sleep.js";
import { enrichmentsOf, itemOf, wantsEnrichment } from "./work-items.js";

export interface RunnerDeps extends ClaimDeps, FinishDeps {
  readonly clock: Clock;
  readonly enrichments: EnrichmentSource;
  readonly log: RunLog;
  readonly event: EventOutlet;
  /** A run is over: why it failed, where it did. */
  readonly onRan: (plugin: string, fault: Fault | undefined) => void;
  /** Something failed that no result tells of. */
  readonly onError: (message: string, fields: object) => void;
  /** A place became free. */
  readonly onFree: (plugin: string) => void;
}

const none: readonly EnrichmentSet[] = [];

/** Takes tasks through claim, call, publish and completion, and counts who is under way. */
export class Runner {
  readonly #deps: RunnerDeps;
  readonly #claiming: ClaimDeps & { readonly waits: SharedSleep };
  readonly #keeper: LeaseKeeper;
  readonly #batcher: CallBatcher;
  readonly #calls = new Set<ModuleCall>();
  readonly #active = new Set<ActiveRun>();
  readonly #places = new Map<string, number>();
  readonly #idle = new Set<() => void>();
  readonly #hardStop = new AbortController();
  #taken = 0;

  constructor(deps: RunnerDeps) {
    this.#deps = deps;
    this.#claiming = { ...deps, waits: new SharedSleep(deps.clock) };
    this.#keeper = new LeaseKeeper({ ...deps, onLost: (run) => this.#onLost(run) });
    this.#batcher = new CallBatcher(deps.clock, (module, runs) => this.#send(module, runs));
    void this.#keeper.run(this.#hardStop.signal);
  }

  /** Runs that were claimed and are not completed. */
  get active(): ReadonlySet<ActiveRun> {
    return this.#active;
  }

  /** Places in use: tasks waiting for their instant, runs, and results waiting for the broker. */
  placesTaken(plugin?: string): number {
    return plugin === undefined ? this.#taken : (this.#places.get(plugin) ?? 0);
  }

  /** Takes a task and answers for it from here on. */
  offer(offered: OfferedTask, plugin: WorkPlugin, taking: Taking): void {
    this.#deps.log.count("tasks_taken");
    this.#occupy(offered.task.plugin, 1);
    void this.#take(offered, plugin, taking);
  }

  /** Waits until nothing is under way, or `graceMs` is over. Returns how many runs are left. */
  async drained(graceMs: number): Promise<number> {
    if (this.#taken > 0) {
      const empty = new Promise<void>((resolve) => this.#idle.add(resolve));
      await Promise.race([empty, this.#deps.clock.sleep(graceMs)]);
    }
    return this.#active.size;
  }

  /** Gives up what is left. Its registers run out by themselves. */
  stop(): void {
    this.#hardStop.abort("stopping");
    for (const call of [...this.#calls]) call.giveUp();
  }

  async #take(offered: OfferedTask, plugin: WorkPlugin, taking: Taking): Promise<void> {
    try {
      this.#onClaimed(await claimTask(this.#claiming, offered, plugin, taking), offered.task.plugin);
    } catch (error) {
      this.#deps.onError(messageOf(error), { plugin: offered.task.plugin });
      this.#occupy(offered.task.plugin, -1);
    }
  }

  #onClaimed(claimed: Claimed, plugin: string): void {
    const { log } = this.#deps;
    if (claimed.kind === "run") {
      log.count("claims_won");
      this.#active.add(claimed.run);
      this.#keeper.watch(claimed.run);
      this.#batcher.add(claimed.run);
      return;
    }
    if (claimed.kind === "superseded") log.count("claims_superseded");
    if (claimed.kind === "expired") log.count("tasks_expired");
    if (claimed.kind === "unknown") log.count("claims_unknown");
    this.#occupy(plugin, -1);
  }

  /** Enrichment may have taken its time, or this process stood still: a run whose lease is lost or whose time is over by now
   *  never reaches the module. It would be asking the device when the next run is due. */
  #stillHeld(run: ActiveRun): boolean {
    const { clock, leaseMs } = this.#deps;
    const nowMonoMs = clock.monotonicMs();
    if (run.phase === "running" && !leaseLost(run, leaseMs, nowMonoMs)) {
      if (nowMonoMs < run.deadlineMonoMs) return true;
      const message = "its time was over before the module could be asked";
      void this.#finish(run, failed({ ...internalFault(message, "host"), status: "timeout" }));
      return false;
    }
    run.phase = "lost";
    void this.#finish(run, nothingFound);
    return false;
  }

  #send(module: WorkModule, claimed: readonly ActiveRun[]): void {
    if (claimed.some(({ plugin }) => wantsEnrichment(plugin))) void this.#sendEnriched(module, claimed);
    else this.#call(module, claimed, []);
  }

  async #sendEnriched(module: WorkModule, claimed: readonly ActiveRun[]): Promise<void> {
    const { enrichments } = this.#deps;
    this.#call(module, claimed, await Promise.all(claimed.map((run) => enrichmentsOf(run, enrichments))));
  }

  #call(module: WorkModule, claimed: readonly ActiveRun[], found: readonly (readonly EnrichmentSet[])[]): void {
    const { clock } = this.#deps;
    const runs: ActiveRun[] = [];
    const items: WorkItem[] = [];
    for (const [i, run] of claimed.entries()) {
      if (!this.#stillHeld(run)) continue;
      runs.push(run);
      items.push(itemOf(run, found[i] ?? none, this.#deps));
    }
    if (runs.length === 0) return;
    const onOutcome = (run: ActiveRun, outcome: Outcome): void => void this.#finish(run, outcome);
    const onOver = (over: ModuleCall): void => void this.#calls.delete(over);
    const call = new ModuleCall({ clock, onOutcome, onOver }, { runs, items, module });
    this.#calls.add(call);
    call.start();
  }

  async #finish(run: ActiveRun, outcome: Outcome): Promise<void> {
    const { log, event, onError, clock } = this.#deps;
    this.#keeper.forget(run);
    try {
      if (run.phase === "lost") {
        this.#stale(run, "the lease was lost before the run ended; its result was refused");
        return;
      }
      run.phase = "finishing";
      const tookMs = Math.round(clock.monotonicMs() - run.startedMonoMs);
      const finished = await finishRun(this.#deps, run, outcome, this.#hardStop.signal);
      if (finished === "stale") this.#stale(run, "a newer run of the pair began before this one was completed");
      else if (finished === "stored") log.count("results_published");
      if (outcome.fault) log.count("runs_failed");
      this.#deps.onRan(run.task.plugin, outcome.fault);
      const { kind, slotAtMs } = run.task;
      const found =
        outcome.groups.reduce((sum, { metrics }) => sum + metrics, 0) + outcome.sets.length + outcome.resources.length;
      const { fence, startedAtMs } = run;
      const ended = { status: statusOf(outcome), message: outcome.fault?.message ?? "", found, tookMs };
      log.add({ kind, ...run.pair, fence, slotAtMs, startedAtMs, ...ended });
    } catch (error) {
      onError(messageOf(error), { ...run.pair, fence: run.fence });
      event({ type: "run.stale", ...run.pair, message: messageOf(error), attributes: { fence: String(run.fence) } });
    } finally {
      this.#active.delete(run);
      this.#occupy(run.task.plugin, -1);
    }
  }

  #onLost(run: ActiveRun): void {
    this.#deps.log.count("leases_lost");
    run.abandon?.();
  }

  #stale(run: ActiveRun, message: string): void {
    this.#deps.log.count("results_stale");
    this.#deps.event({ type: "run.stale", ...run.pair, message, attributes: { fence: String(run.fence) } });
  }

  #occupy(plugin: string, change: 1 | -1): void {
    this.#taken += change;
    const places = (this.#places.get(plugin) ?? 0) + change;
    if (places > 0) this.#places.set(plugin, places);
    else this.#places.delete(plugin);
    if (change === 1) return;
    this.#deps.onFree(plugin);
    if (this.#taken === 0) for (const tell of [...this.#idle]) tell();
  }
}
