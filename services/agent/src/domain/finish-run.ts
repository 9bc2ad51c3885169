import type { Clock, PairRegister } from "@ocelli/model";
import type { ActiveRun } from "./active-run.js";
import { failed, internalFault, type Outcome } from "./compose-results.js";
import type { BrokerView, Guard, Published, ResultOutlet } from "./run-ports.js";
import { Sending, type SendingDeps } from "./sending.js";

export interface FinishDeps extends SendingDeps {
  readonly clock: Clock;
  readonly broker: BrokerView;
  readonly guard: Guard;
  readonly leaseMs: number;
}

export type Finished = "stored" | "stale" | "given_up";

const completeTries = 5;
const betweenTriesMs = 500;

/** Publishes what a run found, then completes its register. In this order a crash between the two repeats nothing: the result
 *  is stored, and the register's lease runs out. What is given up because the agent stops is left in the spool. */
export async function finishRun(
  deps: FinishDeps,
  run: ActiveRun,
  outcome: Outcome,
  signal: AbortSignal,
): Promise<Finished> {
  const finishedAtMs = deps.broker.nowMs();
  let sending = new Sending(deps, run, outcome, finishedAtMs, 0);
  let { published, sent } = await publish(deps.results, sending, signal);
  if (published.kind === "too_large") {
    sending.settled();
    const what = "the module has to split it into smaller groups, sets or resources";
    const instead = failed(internalFault(`${published.why}; ${what}`));
    sending = new Sending(deps, run, instead, finishedAtMs, sent);
    ({ published } = await publish(deps.results, sending, signal));
  }
  let finished: Finished = published.kind === "stale" ? "stale" : "given_up";
  if (published.kind === "stored") {
    if (run.renewing !== undefined) await run.renewing;
    finished = await complete(deps, run, sending.idleRegister(), signal);
  }
  if (finished !== "given_up" || !signal.aborted) sending.settled();
  return finished;
}

async function publish(
  results: ResultOutlet,
  sending: Sending,
  signal: AbortSignal,
): Promise<{ published: Published; sent: number }> {
  let published: Published = { kind: "stored" };
  let sent = 0;
  for (const bytes of sending.parts) {
    sending.bytes = bytes;
    published = await results.publish(sending, signal);
    if (published.kind !== "stored") break;
    sent += 1;
  }
  return { published, sent };
}

/** A completion that cannot be written leaves the register to its lease: the scheduler takes the pair over. */
async function complete(
  deps: FinishDeps,
  run: ActiveRun,
  register: PairRegister,
  signal: AbortSignal,
): Promise<Finished> {
  for (let i = 0; i < completeTries; i += 1) {
    const outcome = await deps.guard.hold(run.place, register, run.revision);
    if (outcome.kind === "held") return "stored";
    if (outcome.kind === "lost") return "stale";
    await deps.clock.sleep(betweenTriesMs, signal);
  }
  return "given_up";
}
