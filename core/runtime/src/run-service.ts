import { setMaxListeners } from "node:events";
import { messageOf, OcelliError } from "@ocelli/model";
import type { Logger } from "./logger.js";

/** Exit codes of a process: all went well, it broke, its settings are wrong. */
export const exitCodes = { ok: 0, failed: 1, settings: 2 } as const;

/** Runs `main` with a signal that aborts on SIGTERM, SIGINT or the end of stdin where `OCELLI_LIFELINE=stdin`; a second signal
 *  ends the process at once. Whatever `main` throws is one clear line, and the exit code says what kind it was. */
export async function runService(log: Logger, main: (signal: AbortSignal) => Promise<void>): Promise<void> {
  // Everything that runs listens to the same few signals: many listeners are no leak here.
  setMaxListeners(0);
  const stopping = new AbortController();
  const stop = (reason: string): void => {
    if (stopping.signal.aborted) return;
    log.info({ reason }, "stopping");
    stopping.abort(reason);
  };
  let signals = 0;
  for (const name of ["SIGTERM", "SIGINT"] as const) {
    process.on(name, () => {
      signals += 1;
      // Only a second signal is impatience: the end of stdin and one signal come together where a parent stops us.
      if (signals > 1) process.exit(exitCodes.failed);
      stop(name);
    });
  }
  if (process.env["OCELLI_LIFELINE"] === "stdin") {
    process.stdin.resume().once("end", () => stop("stdin ended"));
  }
  process.on("unhandledRejection", (error) => die(log, error));
  process.on("uncaughtException", (error) => die(log, error));
  try {
    await main(stopping.signal);
    log.info({}, "stopped");
    process.exit(exitCodes.ok);
  } catch (error) {
    if (stopping.signal.aborted && error instanceof OcelliError && error.code === "cancelled")
      process.exit(exitCodes.ok);
    die(log, error);
  }
}

function die(log: Logger, error: unknown): never {
  const settings = error instanceof OcelliError && error.code === "invalid";
  log.fatal(settings ? {} : { err: error }, messageOf(error));
  process.exit(settings ? exitCodes.settings : exitCodes.failed);
}
