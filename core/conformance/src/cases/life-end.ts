import type { Case, Trial } from "../engine/case.js";
import { must, NotApplicable } from "../engine/verdict.js";
import { endWords, type ProcessEnd } from "../launch/module-process.js";
import { errorWords } from "../wire/failed-call.js";
import type { ItemCall } from "../work/item-call.js";
import type { Worker } from "../work/worker.js";
import { outcomeOf, pause } from "./answers.js";
import { childOnly, notOurs } from "./only.js";

/** How a module ended that was told to, while it worked. */
export interface EndStory {
  readonly running: ItemCall | undefined;
  readonly end: ProcessEnd | Error | undefined;
  readonly tookMs: number;
  readonly worker: Worker;
}

/** Lets a module of the case's own work, then tells it to end. */
async function endStory(trial: Trial, tell: (worker: Worker) => void): Promise<EndStory> {
  const { timings } = trial;
  const worker = await trial.fresh();
  const busy = worker.isProbe && (trial.services.has("polling") || trial.services.has("enrichment"));
  const use = busy ? await worker.configure({ knobs: { wait_ms: timings.runMs } }) : undefined;
  const running = use && worker.call(trial.itemService(), worker.items(use, 3));
  await pause(busy ? timings.runMs / 4 : 50);
  const startedAtMs = performance.now();
  tell(worker);
  const timer = pause((busy ? timings.runMs : 0) + timings.exitMs).then(() => undefined);
  const end = await Promise.race([worker.module.parts.process?.ended, timer]);
  return { running: await running, end, tookMs: Math.round(performance.now() - startedAtMs), worker };
}

function mustEndWell({ end, tookMs }: EndStory, after: string): string {
  must(end !== undefined, `${tookMs} ms after ${after} it still ran`, "it exits by itself");
  must(!(end instanceof Error) && end.code === 0, `after ${after} it ${endWords(end)}`, "exit code 0");
  return `exit code 0 after ${tookMs} ms`;
}

function mustFinish({ running }: EndStory, after: string): string {
  if (!running) throw new NotApplicable("the module cannot be made to work long enough");
  must(running.error === undefined, `after ${after} running work failed with ${errorWords(running.error)}`);
  for (const item of [1, 2, 3]) {
    const { fault } = outcomeOf(running, item);
    must(fault === undefined, `after ${after} running work failed: ${fault?.message}`, "it succeeds");
  }
  return `finished after ${Math.round(running.tookMs)} ms`;
}

const closed = "the end of stdin";
const closeStdin = (trial: Trial): Promise<EndStory> =>
  trial.once("stdin", () => endStory(trial, (worker) => worker.module.parts.process?.endStdin()));
export const terminate = (trial: Trial): Promise<EndStory> =>
  trial.once("sigterm", () => endStory(trial, (worker) => worker.module.parts.process?.signal("SIGTERM")));

const stdinClosed: Case = {
  id: "life/stdin-closed",
  promise: "a child whose stdin ends exits by itself, in time and with code 0",
  advice: "read stdin to its end; its end means that the host is gone: finish what runs and exit with 0",
  only: childOnly,
  run: async (trial) => mustEndWell(await closeStdin(trial), closed),
};

const stdinBusy: Case = {
  id: "life/stdin-closed-busy",
  promise: "a child whose stdin ends finishes what runs before it exits",
  advice: "treat the end of stdin as a drain, not as a kill",
  only: childOnly,
  needs: ["life/stdin-closed"],
  run: async (trial) => mustFinish(await closeStdin(trial), closed),
};

const sigterm: Case = {
  id: "life/sigterm",
  promise: "a module that gets SIGTERM exits by itself, in time and with code 0",
  advice: "handle SIGTERM as a drain followed by exit code 0: it is how every init system ends a service",
  only: notOurs,
  run: async (trial) => mustEndWell(await terminate(trial), "SIGTERM"),
};

const sigtermBusy: Case = {
  id: "life/sigterm-busy",
  promise: "a module that gets SIGTERM finishes what runs before it exits",
  advice: "handle SIGTERM as a drain: no new work, finish what runs, then exit",
  only: notOurs,
  needs: ["life/sigterm"],
  run: async (trial) => mustFinish(await terminate(trial), "SIGTERM"),
};

export const lifeEndCases: readonly Case[] = [stdinClosed, stdinBusy, sigterm, sigtermBusy];
