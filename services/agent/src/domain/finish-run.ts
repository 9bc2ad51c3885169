import { type Clock, messageOf, OcelliError, type PairRegister } from "@ocelli/model";
import type { ActiveRun } from "./active-run.js";
import { composeResults, failed, internalFault, type Outcome, statusOf } from "./compose-results.js";
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
  const finishedAtMs = deps.broker.nowMs();
  let published = await publish(deps, run, { outcome, finishedAtMs, firstPart: 0 }, signal);
  let final = outcome;
  if (published.kind === "too_large") {
    final = failed(
      internalFault(`${published.why}; the module has to split it into smaller groups, sets or resources`),
    );
    published = await publish(deps, run, { outcome: final, finishedAtMs, firstPart: published.sent }, signal);
  }
  if (published.kind !== "stored") return published.kind === "too_large" ? "given_up" : published.kind;
  await run.renewing;
  return await complete(deps, run, idleRegister(deps, run, final, finishedAtMs), signal);
}

type Published =
  | { readonly kind: "stored" | "stale" | "given_up" }
  | { readonly kind: "too_large"; readonly why: string; readonly sent: number };

async function publish(
  { clock, agentId, results }: FinishDeps,
  run: ActiveRun,
  what: { readonly outcome: Outcome; readonly finishedAtMs: number; readonly firstPart: number },
  signal: AbortSignal,
): Promise<Published> {
  const { outcome, finishedAtMs, firstPart } = what;
  const parts = composeResults(run, outcome, { agentId, finishedAtMs, receivedAtMs: clock.nowMs() });
  let sent = firstPart;
  try {
    for (const part of parts) {
      if ((await results.publish({ ...part, part: part.part + firstPart }, signal)) === "stale")
        return { kind: "stale" };
      sent += 1;
    }
    return { kind: "stored" };
  } catch (error) {
    if (error instanceof OcelliError && error.code === "cancelled") return { kind: "given_up" };
    if (error instanceof OcelliError && error.code === "exhausted")
      return { kind: "too_large", why: error.message, sent };
    throw new OcelliError("internal", `result cannot be published: ${messageOf(error)}`, { cause: error });
  }
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
