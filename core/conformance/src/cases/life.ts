import type { HandshakeResponse } from "@ocelli/proto/plugin";
import { statusOf } from "@ocelli/rpc";
import type { Case, Trial } from "../engine/case.js";
import { must, NotApplicable } from "../engine/verdict.js";
import { kitLimits } from "../launch/running-module.js";
import { failedCall } from "../wire/failed-call.js";
import { callAny } from "../work/any-call.js";
import type { ItemCall } from "../work/item-call.js";
import { outcomeOf, pause } from "./answers.js";

const notOurs = {
  modes: ["child", "stand-alone"],
  because: "somebody else runs the module: the kit does not end it",
} as const;

const starts: Case = {
  id: "life/starts",
  promise: "the module comes up and shakes hands, whatever it prints while it does",
  advice:
    "as a child: read one line of JSON from stdin and serve on its socket; stand-alone: serve on OCELLI_MODULE_LISTEN",
  async run({ module }) {
    const { name, version, sdk, language } = module.identity;
    return `${name} ${version}${sdk === "" ? "" : `, ${sdk}`}${language === "" ? "" : `, ${language}`}`;
  },
};

const newerHost: Case = {
  id: "life/newer-host",
  promise: "a bootstrap line may say more than the module knows",
  advice: "ignore unknown keys of the bootstrap line, and protocol majors that you do not speak",
  only: { modes: ["child"], because: "only a child gets a bootstrap line" },
  async run(trial) {
    await secondStart(trial);
    return "ignored";
  },
};

/** What the module said of itself when it was started once more, as a child with a bootstrap line that says more. */
function secondStart(trial: Trial): Promise<HandshakeResponse> {
  return trial.once("second start", async () => {
    const more = { protocolMajors: [1, 2, 99], limits: { ...kitLimits, newLimit: 7 }, sandbox: { level: "none" } };
    const worker = await trial.fresh({ more });
    await worker.configure();
    return worker.module.identity;
  });
}

const newBootId: Case = {
  id: "life/new-boot-id",
  promise: "every start of the process has a boot id of its own, and describes itself under the same digest",
  advice: "make boot_id at random when the process starts; compute describe_digest from what Describe says",
  only: notOurs,
  needs: ["life/newer-host"],
  async run(trial) {
    const { identity } = trial.module;
    const second = await secondStart(trial);
    must(second.bootId !== identity.bootId, `two starts have the boot id ${identity.bootId}`);
    const same = second.describeDigest === identity.describeDigest;
    must(same, `the digest was ${identity.describeDigest} and is ${second.describeDigest}`);
    return `${identity.bootId}, ${second.bootId}`;
  },
};

const strayPrint: Case = {
  id: "life/stray-print",
  promise: "what the author's code prints to stdout does no harm",
  advice: "nothing of the protocol goes over stdout; let prints be lines of the log",
  async run(trial) {
    trial.needKnobs("print to stdout", "fail");
    const { worker } = trial;
    const use = await worker.configure({ knobs: { fail: "print" } });
    for (const service of trial.itemServices()) {
      const { fault } = await worker.one(service, use);
      must(fault === undefined, `beside a print it failed: ${fault?.message}`);
    }
    return "harmless";
  },
};

/** What was seen when a module was asked to drain while it worked. */
interface DrainStory {
  readonly running: ItemCall | undefined;
  /** What calls got that came while it drained, in turn. */
  readonly newWork: readonly string[];
  readonly health: string;
  readonly runningEndedAtMs: number;
  readonly drainEndedAtMs: number;
  readonly drainError: unknown;
}

function drainStory(trial: Trial): Promise<DrainStory> {
  return trial.once("drain", async () => {
    const { timings } = trial;
    const worker = await trial.fresh();
    const { wire } = worker.module;
    const main = trial.mainService();
    const slow = await worker.configure({ knobs: { wait_ms: timings.runMs, value: 6 } });
    const quick = await worker.configure();
    const startedAtMs = performance.now();
    const sinceMs = (): number => performance.now() - startedAtMs;
    const busy = worker.isProbe && main !== "discovery" && main !== "sink";
    let runningEndedAtMs = busy ? Number.POSITIVE_INFINITY : 0;
    const running = busy
      ? worker.call(main, worker.items(slow, 5)).finally(() => {
          runningEndedAtMs = sinceMs();
        })
      : undefined;
    await pause(timings.runMs / 4);
    let drainEndedAtMs = Number.POSITIVE_INFINITY;
    const graceMs = timings.answerMs;
    const drained = wire.plugin.drain({ graceMs, reason: "conformance" }, wire.options(graceMs + timings.slackMs)).then(
      () => undefined,
      (error: unknown) => error ?? new Error("unknown"),
    );
    const noted = drained.then((error) => {
      drainEndedAtMs = sinceMs();
      return error;
    });
    await pause(timings.runMs / 8);
    const health = await wire.health(timings.answerMs).catch((error: unknown) => failedCall(error).status);
    const newWork: string[] = [];
    // One call may overtake the drain; later ones may not.
    while (newWork.length < 2 && newWork.at(-1) !== "UNAVAILABLE") {
      const error = await callAny(worker, main, quick, { timeoutMs: timings.answerMs });
      newWork.push(error === undefined ? "OK" : failedCall(error).status);
    }
    const call = await running;
    const drainError = await noted;
    return { running: call, newWork, health, runningEndedAtMs, drainEndedAtMs, drainError };
  });
}

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

function errorWords(error: unknown): string {
  return error === undefined ? "nothing" : failedCall(error).status;
}

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

export const lifeCases: readonly Case[] = [
  ...[starts, newerHost, newBootId, strayPrint],
  ...[drainFinishes, drainRefuses, drainHealth, drainWaits, drainGrace],
];
export { errorWords, notOurs };
