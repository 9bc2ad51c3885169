import type { Clock, Task } from "@ocelli/model";
import { type ActiveRun, runningRegister } from "./active-run.js";
import { backlogStart } from "./backlog.js";
import type { BrokerView, Guard, OfferedTask, WorkPlugin } from "./run-ports.js";
import type { SharedSleep } from "./shared-sleep.js";

export interface ClaimDeps {
  readonly clock: Clock;
  readonly broker: BrokerView;
  readonly guard: Guard;
  readonly agentId: string;
  readonly leaseMs: number;
  /** A text that no other claim has. */
  readonly newAttempt: () => string;
}

export type Claimed =
  | { readonly kind: "run"; readonly run: ActiveRun }
  | { readonly kind: "superseded" | "expired" | "unknown" | "too_early" };

/** Longer waits go back to the queue, so that a task does not lie with an agent that may die. */
const longestWaitMs = 2_000;

/** When a task may be looked at, from what the broker's clock says. `startAtMs`: not before that either. */
export function judgeTask(task: Task, brokerNowMs: number, startAtMs = 0): "now" | "expired" | { waitMs: number } {
  if (!Number.isFinite(brokerNowMs)) return { waitMs: longestWaitMs };
  if (brokerNowMs >= task.expiresAtMs) return "expired";
  const fromMs = Math.max(task.notBeforeAtMs, startAtMs);
  return brokerNowMs >= fromMs ? "now" : { waitMs: fromMs - brokerNowMs };
}

/** How an agent takes the tasks of a plugin. */
export interface Taking {
  /** Since when, over the connection that stands, in epoch ms of the broker's clock; NaN while that is not known. */
  readonly sinceMs: number;
  /** Keeps what has not started from starting. */
  readonly signal: AbortSignal;
}

/** Waits for the task's instant, claims the pair with one blind write, and settles the task: from a decided claim on the
 *  register carries the responsibility. Nothing starts unless the broker is known to keep writes. */
export async function claimTask(
  deps: ClaimDeps & { readonly waits: SharedSleep },
  offered: OfferedTask,
  plugin: WorkPlugin,
  taking: Taking,
): Promise<Claimed> {
  const { broker, waits } = deps;
  const { task } = offered;
  const { signal } = taking;
  const nowMs = broker.nowMs();
  const startAtMs = backlogStart(task, offered, taking.sinceMs, nowMs);
  let verdict = startAtMs === "too_late" ? "expired" : judgeTask(task, nowMs, startAtMs);
  if (typeof verdict === "object" && verdict.waitMs <= longestWaitMs) {
    await waits.sleep(verdict.waitMs, signal);
    verdict = judgeTask(task, broker.nowMs());
  }
  if (verdict === "expired") {
    offered.ack();
    return { kind: "expired" };
  }
  if (verdict !== "now" || !broker.known() || signal.aborted) {
    offered.retry(typeof verdict === "object" ? verdict.waitMs : signal.aborted ? 0 : 1_000);
    return { kind: "too_early" };
  }
  const attempt = deps.newAttempt();
  const sentMonoMs = deps.clock.monotonicMs();
  const { agentId, leaseMs } = deps;
  const register = runningRegister(task, { agentId, attempt, leaseMs, fence: 0, startedAtMs: 0 });
  const outcome = await deps.guard.claim(offered.place, register, task.revision);
  if (outcome.kind === "unknown") return { kind: "unknown" }; // not settled: it comes again, and the claim decides again
  offered.ack();
  if (outcome.kind === "superseded") return { kind: "superseded" };
  const run: ActiveRun = {
    task,
    plugin,
    pair: { plugin: task.plugin, resourceId: task.resourceId },
    place: offered.place,
    attempt,
    fence: outcome.revision,
    startedAtMs: broker.nowMs(),
    startedMonoMs: sentMonoMs,
    deadlineMonoMs: deps.clock.monotonicMs() + plugin.spec.timeoutMs,
    revision: outcome.revision,
    heldSinceMonoMs: sentMonoMs,
    renewing: undefined,
    phase: "running",
    abandon: undefined,
  };
  return { kind: "run", run };
}
