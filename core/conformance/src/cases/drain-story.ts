import type { Trial } from "../engine/case.js";
import { failedCall } from "../wire/failed-call.js";
import { callAny } from "../work/any-call.js";
import type { ItemCall } from "../work/item-call.js";
import { pause } from "./answers.js";

/** What was seen when a module was asked to drain while it worked. */
export interface DrainStory {
  readonly running: ItemCall | undefined;
  /** What calls got that came while it drained, in turn. */
  readonly newWork: readonly string[];
  readonly health: string;
  readonly runningEndedAtMs: number;
  readonly drainEndedAtMs: number;
  readonly drainError: unknown;
}

/** Asks a module of its own to drain while it works. */
export function drainStory(trial: Trial): Promise<DrainStory> {
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
