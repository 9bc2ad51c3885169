import { linkSignals } from "@ocelli/model";
import type { Changes } from "./changes.js";

export interface WatchedRun {
  readonly changes: Changes;
  /** Builds and runs once, and says how it went. What it throws is said too, and is not the end. */
  readonly run: (signal: AbortSignal) => Promise<void>;
  readonly say: (sentence: string) => void;
  /** How what `run` threw is said; empty where everything has been said. */
  readonly failure: (error: unknown) => string;
}

/** How many paths of an edit are named. */
const namedPaths = 3;

/** Runs, and runs again with every change, until `signal` aborts. A change while a run lasts ends that run. */
export async function watchRun({ changes, run, say, failure }: WatchedRun, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    using stop = linkSignals(signal);
    const changed = changes.next(signal).then((paths) => {
      stop.abort();
      return paths;
    });
    try {
      await run(stop.signal);
    } catch (error) {
      const message = stop.signal.aborted ? "" : failure(error);
      if (message !== "") say(message);
    }
    if (!stop.signal.aborted) say("\nwaiting for a change; Ctrl-C ends it");
    const paths = await changed;
    if (paths.length > 0) say(`\nchanged: ${pathsText(paths)}`);
  }
}

function pathsText(paths: readonly string[]): string {
  const more = paths.length - namedPaths;
  return `${paths.slice(0, namedPaths).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
