import { type Clock, messageOf, OcelliError, type PairRegister } from "@ocelli/model";
import type { ActiveRun } from "./active-run.js";
import { composeResults, type Outcome, statusOf } from "./compose-results.js";
import type { BrokerView, Guard, ResultOutlet } from "./run-ports.js";

export interface FinishDeps {
  readonly clock: Clock;
  readonly broker: BrokerView;
  readonly guard: Guard;
  readonly results: ResultOutlet;
  readonly agentId: string;
  readonly leaseMs: number;
}

export type Finished = "stored" | "stale" | "given_up";

const completeTries = 5;
const betweenTriesMs = 500;

/** Publishes what a run found, then completes its register. In this order a crash between the two repeats nothing: the result
 *  is stored, and the register's lease runs out. */
export async function finishRun(
  deps: FinishDeps,
  run: ActiveRun,
  outcome: Outcome,
  signal: AbortSignal,
): Promise<Finished> {
  const { broker, clock, agentId } = deps;
  const finishedAtMs = broker.nowMs();
  const parts = composeResults(run, outcome, { agentId, finishedAtMs, receivedAtMs: clock.nowMs() });
  try {
    for (const part of parts) {
      if ((await deps.results.publish(part, signal)) === "stale") return "stale";
    }
  } catch (error) {
    if (error instanceof OcelliError && error.code === "cancelled") return "given_up";
    throw new OcelliError("internal", `result cannot be published: ${messageOf(error)}`, { cause: error });
  }
  await run.renewing;
  return await complete(deps, run, idleRegister(deps, run, outcome, finishedAtMs), signal);
}

function idleRegister(deps: FinishDeps, run: ActiveRun, outcome: Outcome, finishedAtMs: number): PairRegister {
  return {
    ...run.pair,
    running: false,
    agentId: deps.agentId,
    attempt: run.attempt,
    fence: run.fence,
    leaseMs: 0,
    slotAtMs: run.task.slotAtMs,
    startedAtMs: run.startedAtMs,
    finishedAtMs,
    status: statusOf(outcome),
    state: outcome.state ?? run.task.state,
  };
}

/** A completion that cannot be written leaves the register to its lease: the scheduler takes the pair over. */
async function complete(
  deps: FinishDeps,
  run: ActiveRun,
  register: PairRegister,
  signal: AbortSignal,
): Promise<Finished> {
  for (let i = 0; i < completeTries; i += 1) {
    const outcome = await deps.guard.hold(run.pair, run.partition, register, run.revision);
    if (outcome.kind === "held") return "stored";
    if (outcome.kind === "lost") return "stale";
    await deps.clock.sleep(betweenTriesMs, signal);
  }
  return "given_up";
}
