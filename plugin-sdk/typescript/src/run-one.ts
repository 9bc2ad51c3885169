import type { CallScope } from "./call-scope.js";
import type { PollFault } from "./poll-fault.js";
import type { Run } from "./run.js";
import { type AuthorCode, faultOfThrown, logFault } from "./wrong-value.js";

export interface RunOutcome {
  /** Undefined where the run succeeded. */
  readonly fault: PollFault | undefined;
  /** Undefined where the run failed or left the state alone. */
  readonly state: Uint8Array | undefined;
  /** True where the call was cancelled: nobody waits for an answer. */
  readonly cancelled: boolean;
}

/** Runs one piece of an author's work under its deadline. Always resolves: work that ignores its signal is left behind
 *  at the deadline, and what it does later reaches nobody. */
export async function runOne(
  run: Run,
  author: AuthorCode,
  work: () => Promise<void>,
  scope: CallScope,
): Promise<RunOutcome> {
  if (scope.cancelled) return { fault: undefined, state: undefined, cancelled: true };
  scope.enter(run);
  const thrown = await run.until(work, (error) => {
    const fault = faultOfThrown(error, author);
    if (fault.status === "internal" && !run.stopped) logFault(run.log, fault, "run failed");
    return fault;
  });
  scope.leave(run);
  const state = thrown ? undefined : run.state.changed;
  return { fault: thrown ?? run.joinedFaults(), state, cancelled: scope.cancelled };
}
