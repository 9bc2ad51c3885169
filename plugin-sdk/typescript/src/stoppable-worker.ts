import { type Clock, linkSignals } from "@ocelli/model";
import { systemClock } from "./system-clock.js";

export interface WorkerOptions {
  /** From the end of one round to the start of the next; 0 for none. */
  readonly everyMs: number;
  /** Called with what a round threw. The next round comes all the same, after `everyMs` and at least a second. */
  readonly failed?: (error: unknown) => void;
  readonly clock?: Clock;
}

export interface StoppableWorker extends AsyncDisposable {
  /** Resolves when the last round is over. */
  readonly done: Promise<void>;
  /** Aborts the round's signal and waits until it is over. Calling it again waits for the same end. */
  stop(): Promise<void>;
}

const pauseAfterFailureMs = 1_000;

/** Runs `round` again and again until it is stopped. The first round starts at once; rounds never overlap. */
export function stoppableWorker(
  round: (signal: AbortSignal) => Promise<void>,
  options: WorkerOptions,
): StoppableWorker {
  const { everyMs, failed, clock = systemClock } = options;
  const stopping = linkSignals();
  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      let pauseMs = everyMs;
      try {
        await round(stopping.signal);
      } catch (error) {
        if (stopping.signal.aborted) return;
        failed?.(error);
        pauseMs = Math.max(everyMs, pauseAfterFailureMs);
      }
      // A round that waits for nothing still lets others run.
      await clock.sleep(Math.max(1, pauseMs), stopping.signal);
    }
  };
  const done = loop();
  const stop = (): Promise<void> => {
    stopping.abort(new Error("the worker was stopped"));
    return done;
  };
  return { done, stop, [Symbol.asyncDispose]: stop };
}
