import type { PairId, PairRegister } from "@ocelli/model";
import type { RegisterPlace, RunTask, WorkPlugin } from "./run-ports.js";

/** A run between its claim and its completion. Instants in `…MonoMs` are on the agent's monotonic clock. */
export interface ActiveRun {
  readonly task: RunTask;
  readonly plugin: WorkPlugin;
  readonly pair: PairId;
  readonly place: RegisterPlace;
  readonly attempt: string;
  /** The revision that the claim got. */
  readonly fence: number;
  /** When it started, in epoch ms of the broker's clock. */
  readonly startedAtMs: number;
  readonly startedMonoMs: number;
  /** When it has to be over. Progress moves it. */
  deadlineMonoMs: number;
  /** The register's revision as last written by us. */
  revision: number;
  /** When the last write that the broker confirmed was sent. */
  heldSinceMonoMs: number;
  /** The renewal on its way, to be awaited before anything else is written. */
  renewing: Promise<void> | undefined;
  phase: "running" | "finishing" | "lost";
  /** Takes the run out of its call without waiting for the module. Set while a call is on. */
  abandon: (() => void) | undefined;
}

/** The share of a lease after which it counts as lost: the rest covers the way of a renewal. */
const leaseTrust = 0.8;

export function leaseLost(run: Pick<ActiveRun, "heldSinceMonoMs">, leaseMs: number, nowMonoMs: number): boolean {
  return nowMonoMs - run.heldSinceMonoMs > leaseMs * leaseTrust;
}

export function renewalDue(
  run: Pick<ActiveRun, "heldSinceMonoMs" | "renewing">,
  leaseMs: number,
  nowMonoMs: number,
): boolean {
  return run.renewing === undefined && nowMonoMs - run.heldSinceMonoMs > leaseMs / 3;
}

/** The register as it stands while a run is on. `startedAtMs` is 0 in the claim itself, whose stored time it is. */
export function runningRegister(
  task: RunTask,
  holder: { agentId: string; attempt: string; leaseMs: number; fence: number; startedAtMs: number },
): PairRegister {
  return {
    plugin: task.plugin,
    resourceId: task.resourceId,
    running: true,
    agentId: holder.agentId,
    attempt: holder.attempt,
    fence: holder.fence,
    leaseMs: holder.leaseMs,
    slotAtMs: task.slotAtMs,
    startedAtMs: holder.startedAtMs,
    finishedAtMs: 0,
    status: "success",
    state: task.state,
  };
}
