import { setMaxListeners } from "node:events";
import { linkSignals } from "@ocelli/model";

/** One thing done to the mesh. The same seed gives the same steps. */
export interface Step {
  /** From the end of the calm beginning. */
  readonly atMs: number;
  /** What is done, in the fault's own words: "kill", "freeze". */
  readonly does: string;
  /** To whom: "agent-2". */
  readonly to?: string;
  /** For how long, where it is undone afterwards. */
  readonly forMs?: number;
}

export interface Schedule {
  /** All is well so long before the first step. */
  readonly calmMs: number;
  readonly steps: readonly Step[];
  /** And is left alone so long after the last one was undone. */
  readonly quietMs: number;
}

/** A step as a line for people. */
export function stepText({ atMs, does, to, forMs }: Step): string {
  const end = forMs === undefined ? "" : ` for ${forMs / 1000} s`;
  return `at ${(atMs / 1000).toFixed(1)} s ${does}${to === undefined ? "" : ` ${to}`}${end}`;
}

/** Waits for each step's instant and has it carried out; steps may overlap. Ends once all are done and undone, also where one failed:
 *  a step that goes on in a world that is gone would make its files anew. */
export async function carryOut(
  steps: readonly Step[],
  act: (step: Step, signal: AbortSignal) => Promise<void>,
  say: (sentence: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const startMs = performance.now();
  using failed = linkSignals(signal);
  // All steps wait at once, and a soak has hundreds.
  setMaxListeners(0, failed.signal);
  const ends = await Promise.allSettled(
    steps.map(async (step) => {
      try {
        await pause(startMs + step.atMs - performance.now(), failed.signal);
        failed.signal.throwIfAborted();
        say(stepText(step));
        await act(step, failed.signal);
      } catch (error) {
        failed.abort(error);
        throw error;
      }
    }),
  );
  const first = ends.find((end) => end.status === "rejected");
  if (first) throw first.reason;
}

/** Waits, or throws at once where `signal` aborts. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal.addEventListener("abort", stop, { once: true });
  });
}
