import {
  type Clock,
  type DiscoveryPart,
  type Fault,
  type LinkedSignal,
  linkSignals,
  messageOf,
  OcelliError,
  type WorkItem,
} from "@ocelli/model";
import type { ActiveRun } from "./active-run.js";
import { failed, internalFault, nothingFound, type Outcome, timeoutFault } from "./compose-results.js";
import type { Grant, WorkModule } from "./run-ports.js";

export interface CallDeps {
  readonly clock: Clock;
  /** A run is over, with what it came to. Called once for each run of a call. */
  readonly onOutcome: (run: ActiveRun, outcome: Outcome) => void;
}

export interface Call {
  readonly runs: readonly ActiveRun[];
  readonly items: readonly WorkItem[];
  readonly module: WorkModule;
}

/** Carries one call out: hands each run its outcome as it comes, times out those past their deadline while the others go on,
 *  and cancels the call once nobody waits for it. */
export async function carryOut(deps: CallDeps, call: Call, signal: AbortSignal): Promise<void> {
  using stop = linkSignals(signal);
  const open = new Map<ActiveRun, Outcome>(call.runs.map((run) => [run, nothingFound]));
  const settle = (run: ActiveRun, outcome: Outcome): void => {
    if (!open.delete(run)) return;
    deps.onOutcome(run, outcome);
    if (open.size === 0) stop.abort("done");
  };
  for (const run of call.runs) run.abandon = () => settle(run, failed(internalFault("the lease was lost", "host")));
  const watching = watchDeadlines(deps.clock, open, settle, stop);
  try {
    await read(call, open, settle, stop.signal, grantOf(deps.clock, call.runs));
    for (const run of [...open.keys()])
      settle(run, failed(internalFault("the module ended the call without an answer")));
  } catch (error) {
    for (const run of [...open.keys()]) settle(run, failed(faultOf(error)));
  } finally {
    stop.abort("done");
    await watching;
  }
}

type Settle = (run: ActiveRun, outcome: Outcome) => void;

/** More time for an item that says it makes progress: until one interval after its start, for the next slot waits for it. */
function grantOf(clock: Clock, runs: readonly ActiveRun[]): Grant {
  return (item, extendMs) => {
    const run = runs[item];
    if (!run) return 0;
    const nowMonoMs = clock.monotonicMs();
    const deadlineMonoMs = Math.min(nowMonoMs + extendMs, run.startedMonoMs + run.task.frequencyMs);
    if (deadlineMonoMs <= run.deadlineMonoMs) return 0;
    run.deadlineMonoMs = deadlineMonoMs;
    return deadlineMonoMs - nowMonoMs;
  };
}

async function read(
  call: Call,
  open: Map<ActiveRun, Outcome>,
  settle: Settle,
  signal: AbortSignal,
  grant: Grant,
): Promise<void> {
  const { module, items } = call;
  const [first] = call.runs;
  if (first?.task.kind === "discovery") return await readDiscovery(call, first, settle, signal, grant);
  const answers =
    first?.task.kind === "enrichment" ? module.enrich(items, signal, grant) : module.poll(items, signal, grant);
  for await (const answer of answers) {
    const run = call.runs[answer.item];
    const sofar = run && open.get(run);
    if (!run || !sofar) continue;
    const outcome: Outcome = {
      ...sofar,
      groups: "groups" in answer ? [...sofar.groups, ...answer.groups] : [],
      sets: "sets" in answer ? [...sofar.sets, ...answer.sets] : [],
      fault: answer.fault ?? sofar.fault,
      state: answer.state ?? sofar.state,
    };
    if (answer.last) settle(run, outcome);
    else open.set(run, outcome);
  }
}

async function readDiscovery(
  call: Call,
  run: ActiveRun,
  settle: Settle,
  signal: AbortSignal,
  grant: Grant,
): Promise<void> {
  const [item] = call.items;
  if (!item) return;
  const outcome = { ...nothingFound, resources: [...nothingFound.resources] };
  let fault: Outcome["fault"];
  for await (const part of call.module.discover(item.run, signal, grant)) {
    if (part.kind === "resources") for (const resource of part.resources) outcome.resources.push(resource);
    else if (part.kind === "partial") fault ??= partialFault(part);
    else {
      const { summary, state } = part;
      settle(run, { ...outcome, summary, state, fault: part.fault ?? fault });
    }
  }
}

/** What else was found counts: a discovery that could not look everywhere is partial. */
function partialFault({ scope, fault }: Extract<DiscoveryPart, { kind: "partial" }>): Fault {
  const message = scope === "" ? fault.message : `${scope}: ${fault.message}`;
  return { ...fault, status: "partial", message };
}

/** Times runs out, earliest first, until the call is over. */
async function watchDeadlines(
  clock: Clock,
  open: Map<ActiveRun, Outcome>,
  settle: Settle,
  stop: LinkedSignal,
): Promise<void> {
  while (!stop.signal.aborted && open.size > 0) {
    const earliestMs = Math.min(...[...open.keys()].map(({ deadlineMonoMs }) => deadlineMonoMs));
    await clock.sleep(Math.max(1, earliestMs - clock.monotonicMs()), stop.signal);
    if (stop.signal.aborted) return;
    const nowMonoMs = clock.monotonicMs();
    for (const [run, sofar] of [...open]) {
      if (nowMonoMs < run.deadlineMonoMs) continue;
      const fault = timeoutFault(Math.round(run.deadlineMonoMs - run.startedMonoMs));
      const some = sofar.groups.length > 0 || sofar.sets.length > 0;
      settle(run, { ...sofar, fault: some ? { ...fault, status: "partial" } : fault });
    }
  }
}

function faultOf(error: unknown) {
  const timeout = error instanceof OcelliError && error.code === "timeout";
  return { ...internalFault(messageOf(error)), ...(timeout ? { status: "timeout" as const } : {}) };
}
