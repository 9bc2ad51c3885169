import { type ChildProcess, spawn } from "node:child_process";
import { type FileHandle, open } from "node:fs/promises";
import type { Clock } from "@ocelli/model";

/** A process that `up` keeps running. */
export interface Part {
  readonly name: string;
  /** Arguments to node. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
}

export interface KeepDeps {
  readonly clock: Clock;
  /** One sentence for people. */
  readonly say: (sentence: string) => void;
}

export interface Kept {
  readonly name: string;
  pid(): number | undefined;
  /** Asks it to finish: end of stdin and SIGTERM; kills its group when `graceMs` is over. */
  stop(graceMs: number): Promise<void>;
}

const firstWaitMs = 250;
const longestWaitMs = 10_000;
const goodAfterMs = 30_000;

/** Starts a process and starts it again whenever it ends, with a growing wait, until it is stopped. It lives in a group of its
 *  own, so that Ctrl-C reaches `up` alone, and ends with the end of its stdin, so that it never outlives `up`. */
export function keepRunning(part: Part, deps: KeepDeps): Kept {
  const stopping = new AbortController();
  let child: ChildProcess | undefined;
  const loop = (async () => {
    let waitMs = firstWaitMs;
    while (!stopping.signal.aborted) {
      const startedMs = deps.clock.monotonicMs();
      const log = await open(part.logFile, "a");
      child = start(part, log);
      const how = await ended(child);
      await log.close();
      if (stopping.signal.aborted) break;
      if (deps.clock.monotonicMs() - startedMs > goodAfterMs) waitMs = firstWaitMs;
      deps.say(`${part.name} ended (${how}), it is started again in ${waitMs / 1000} s; its log is ${part.logFile}`);
      await deps.clock.sleep(waitMs, stopping.signal);
      waitMs = Math.min(waitMs * 2, longestWaitMs);
    }
  })();
  return {
    name: part.name,
    pid: () => child?.pid,
    async stop(graceMs) {
      stopping.abort();
      if (child && child.exitCode === null && child.signalCode === null) await stopChild(child, graceMs, deps.clock);
      await loop;
    },
  };
}

function start(part: Part, log: FileHandle): ChildProcess {
  const env = { ...settingsFor(part.name), OCELLI_LIFELINE: "stdin", ...part.env };
  const child = spawn(process.execPath, part.args, { detached: true, stdio: ["pipe", log.fd, log.fd], env });
  child.stdin?.on("error", () => {}); // it may be gone before its stdin is closed
  return child;
}

/** This process's environment, without settings that only the scheduler knows: others would refuse them. */
function settingsFor(name: string): NodeJS.ProcessEnv {
  const isOwn = (key: string): boolean => name === "scheduler" || !key.startsWith("OCELLI_DEVICE__");
  return Object.fromEntries(Object.entries(process.env).filter(([key]) => isOwn(key)));
}

async function ended(child: ChildProcess): Promise<string> {
  return await new Promise((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
}

async function stopChild(child: ChildProcess, graceMs: number, clock: Clock): Promise<void> {
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.stdin?.end();
  child.kill("SIGTERM");
  const overdue = new AbortController();
  const kill = clock.sleep(graceMs, overdue.signal).then(() => {
    if (!overdue.signal.aborted && child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  });
  await gone;
  overdue.abort();
  await kill;
}
