import { type Clock, linkSignals } from "@ocelli/model";
import type { Log } from "./log.js";
import { PollFault, toPollFault } from "./poll-fault.js";
import type { RunContext } from "./run-context.js";
import { StateCell } from "./state.js";

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

export interface RunOutcome {
  /** Undefined where the run succeeded. */
  readonly fault: PollFault | undefined;
  /** Undefined where the run failed or left the state alone. */
  readonly state: Uint8Array | undefined;
  /** True where the call was cancelled: nobody waits for an answer. */
  readonly cancelled: boolean;
}

export interface RunDeps {
  readonly clock: Clock;
  readonly log: Log;
  /** Tells the host that the run needs more time. */
  progress(extendMs: number): void;
}

/** Runs one piece of an author's work under its deadline. Always resolves: work that ignores its signal is left behind
 *  at the deadline, and what it does later reaches nobody. */
export async function runOne(
  facts: RunFacts,
  deps: RunDeps,
  work: (ctx: RunContext) => Promise<void>,
  signal: AbortSignal,
): Promise<RunOutcome> {
  const { clock, log } = deps;
  const receivedAtMs = clock.monotonicMs() - facts.waitedMs;
  const state = new StateCell(facts.state);
  const faults: PollFault[] = [];
  let deadlineAtMs = receivedAtMs + facts.deadlineMs;
  using own = linkSignals(signal);
  const ctx: RunContext = {
    plugin: facts.plugin,
    settings: facts.settings,
    log,
    signal: own.signal,
    get deadlineAtMs() {
      return deadlineAtMs;
    },
    fence: facts.fence,
    slotAtMs: facts.slotAtMs,
    frequencyMs: facts.frequencyMs,
    state,
    progress: (extendMs) => {
      if (!(extendMs > 0)) throw new RangeError(`progress(${extendMs}): give the milliseconds that are still needed`);
      deadlineAtMs = Math.max(deadlineAtMs, clock.monotonicMs() + extendMs);
      deps.progress(Math.ceil(extendMs));
    },
    fault: (fault) => void faults.push(fault),
  };
  const late = (): PollFault => {
    const tookMs = Math.round(deadlineAtMs - receivedAtMs);
    return new PollFault("timeout", `no result within ${tookMs} ms`);
  };
  if (clock.monotonicMs() >= deadlineAtMs) return { fault: late(), state: undefined, cancelled: signal.aborted };
  const watching = new AbortController();
  const deadline = async (): Promise<PollFault | undefined> => {
    while (clock.monotonicMs() < deadlineAtMs && !watching.signal.aborted) {
      const leftMs = deadlineAtMs - clock.monotonicMs();
      await clock.sleep(Number.isFinite(leftMs) ? leftMs : 60_000, watching.signal);
    }
    if (watching.signal.aborted) return undefined;
    return late();
  };
  const cancelled = new Promise<PollFault>((resolve) => {
    const stop = (): void => resolve(new PollFault("timeout", "the call was cancelled"));
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true, signal: watching.signal });
  });
  const done = async (): Promise<PollFault | undefined> => {
    try {
      await work(ctx);
      return undefined;
    } catch (error) {
      const fault = toPollFault(error);
      if (fault.status === "internal" && !own.signal.aborted) log.error({ err: error }, "run failed");
      return fault;
    }
  };
  const thrown = await Promise.race([done(), deadline(), cancelled]);
  watching.abort();
  if (thrown) own.abort(thrown);
  const fault = thrown ?? joined(faults);
  return { fault, state: thrown ? undefined : state.changed, cancelled: signal.aborted };
}

/** Several faults of one answer as one: the first, and how many more there were. */
function joined(faults: readonly PollFault[]): PollFault | undefined {
  const [first, ...more] = faults;
  if (!first || more.length === 0) return first;
  const { status, retry, origin } = first;
  return new PollFault(status, `${first.message} (and ${more.length} more)`, { retry, origin, cause: first });
}
