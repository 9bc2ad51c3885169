import type { ModuleLink, StartOutcome } from "@ocelli/module-host";
import { stopGraceMs } from "../child-modules.js";
import { Exit, exitCodes } from "../exit-codes.js";

export interface ModuleUse<T> {
  readonly start: (signal: AbortSignal) => Promise<StartOutcome>;
  readonly use: (link: ModuleLink) => T | Promise<T>;
  /** Said to the module at its end. */
  readonly endReason: string;
  /** A line more for whoever reads that it does not start. */
  readonly hint?: string;
}

/** Starts a module, uses it and ends it, whatever comes: where `signal` aborts at once, else in order. Throws an Exit where it does
 *  not start or `signal` aborts. */
export async function withModule<T>({ start, use, endReason, hint }: ModuleUse<T>, signal: AbortSignal): Promise<T> {
  const started = await start(signal);
  if (started.kind === "failed") {
    if (signal.aborted) throw new Exit(exitCodes.interrupted);
    const why = `the module cannot be used: ${started.reason}`;
    throw new Exit(exitCodes.bad, hint === undefined ? why : `${why}\n${hint}`);
  }
  const { module } = started;
  try {
    // A start may come through although it was not waited for any more.
    if (signal.aborted) throw new Exit(exitCodes.interrupted);
    const outcome = await use(module.link);
    if (signal.aborted) throw new Exit(exitCodes.interrupted);
    return outcome;
  } catch (error) {
    if (signal.aborted) throw new Exit(exitCodes.interrupted, "", { cause: error });
    throw error;
  } finally {
    await (signal.aborted ? module.kill() : module.stop(stopGraceMs, endReason));
  }
}
