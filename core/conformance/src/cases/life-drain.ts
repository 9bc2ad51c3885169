import { statusOf } from "@ocelli/rpc";
import type { Case } from "../engine/case.js";
import { must, NotApplicable } from "../engine/verdict.js";
import { errorWords } from "../wire/failed-call.js";
import { outcomeOf, pause } from "./answers.js";
import { drainStory } from "./drain-story.js";
import { notOurs } from "./only.js";

const drainFinishes: Case = {
  id: "life/drain-finishes",
  promise: "work that runs when the module is asked to drain is finished and answered",
  advice: "Drain stops new work, not what runs: leave running calls alone until the grace period is over",
  only: notOurs,
  async run(trial) {
    const { running } = await drainStory(trial);
    if (!running) throw new NotApplicable("the module cannot be made to work long enough");
    must(running.error === undefined, `running work failed with ${errorWords(running.error)}`);
    for (const item of [1, 2, 3, 4, 5]) {
      const { fault } = outcomeOf(running, item);
      must(fault === undefined, `running work failed: ${fault?.message}`, "it succeeds");
    }
    return `finished after ${Math.round(running.tookMs)} ms`;
  },
};

const drainRefuses: Case = {
  id: "life/drain-refuses",
  promise: "new work is refused with UNAVAILABLE while the module drains",
  advice: "end calls that come after Drain with UNAVAILABLE: the host then takes them elsewhere",
  only: notOurs,
  async run(trial) {
    const { newWork } = await drainStory(trial);
    must(newWork.at(-1) === "UNAVAILABLE", `new work got ${newWork.join(", then ")}`, "UNAVAILABLE");
    return newWork.join(", then ");
  },
};

const drainHealth: Case = {
  id: "life/drain-health",
  promise: "a module that drains is not SERVING",
  advice: "set the health service to NOT_SERVING when Drain comes",
  only: notOurs,
  async run(trial) {
    const { health } = await drainStory(trial);
    must(health !== "SERVING", "it says SERVING while it drains", "NOT_SERVING");
    return health;
  },
};

const drainWaits: Case = {
  id: "life/drain-waits",
  promise: "Drain is answered once everything that ran is done, and not before",
  advice: "answer Drain after the last running call ended",
  only: notOurs,
  needs: ["life/drain-finishes"],
  async run(trial) {
    const { running, runningEndedAtMs, drainEndedAtMs, drainError } = await drainStory(trial);
    must(drainError === undefined, `Drain failed with ${errorWords(drainError)}`);
    if (!running) return "answered";
    // Running work cannot have ended before its own time was over. (When its answers were read tells less, on a busy machine.)
    const { runMs, slackMs } = trial.timings;
    const sooner = Math.round(runMs - drainEndedAtMs);
    must(sooner < runMs * 0.05, `Drain was answered ${sooner} ms before running work was done`);
    const later = Math.round(drainEndedAtMs - runningEndedAtMs);
    must(later < slackMs, `Drain was answered ${later} ms after running work ended`, "soon after");
    return `${later} ms after the last answer`;
  },
};

const drainGrace: Case = {
  id: "life/drain-grace",
  promise: "work that is not done within the grace period does not hold Drain up",
  advice: "after grace_ms cancel what still runs, and answer Drain",
  only: notOurs,
  needs: ["life/drain-finishes", "life/drain-waits"],
  async run(trial) {
    trial.needKnobs("take long", "wait_ms");
    const { timings } = trial;
    const worker = await trial.fresh();
    const { wire } = worker.module;
    const use = await worker.configure({ knobs: { wait_ms: 600_000 } });
    const leave = new AbortController();
    const running = worker.call(trial.itemService(), [worker.item(use, 1, { deadlineMs: 600_000 })], {
      timeoutMs: 600_000,
      signal: leave.signal,
    });
    await pause(150);
    const graceMs = timings.runMs / 2;
    const startedAtMs = performance.now();
    const timeoutMs = graceMs + timings.slackMs;
    const late = await wire.plugin.drain({ graceMs, reason: "conformance" }, wire.options(timeoutMs)).then(
      () => false,
      (error: unknown) => {
        if (statusOf(error).code === "timeout") return true;
        throw error;
      },
    );
    const tookMs = Math.round(performance.now() - startedAtMs);
    leave.abort();
    await running;
    must(!late, `Drain with a grace of ${graceMs} ms was not answered within ${timeoutMs} ms`);
    must(tookMs >= graceMs * 0.7, `Drain was answered after ${tookMs} ms`, `running work has ${graceMs} ms`);
    return `answered after ${tookMs} ms`;
  },
};

export const lifeDrainCases: readonly Case[] = [drainFinishes, drainRefuses, drainHealth, drainWaits, drainGrace];
