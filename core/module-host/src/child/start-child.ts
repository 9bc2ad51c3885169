import { randomBytes } from "node:crypto";
import { type BootstrapLine, linkSignals, messageOf } from "@ocelli/model";
import { resolveCommand } from "../command/resolve-command.js";
import { hostMajors } from "../link/handshake.js";
import type { LinkEvents } from "../link/module-link.js";
import { type LinkHost, type LinkStep, openLink } from "../link/open-link.js";
import type { SettingsShelf } from "../link/settings-shelf.js";
import { ChildModule } from "./child-module.js";
import { ModuleProcess } from "./child-process.js";
import { dial } from "./dial.js";
import { type LaunchDir, makeLaunchDir } from "./launch-dir.js";
import type { ModuleLine } from "./output.js";
import { sweepLaunches } from "./sweep.js";
import { endSentence, type ProcessEnd, withLastWords } from "./why-it-ended.js";

export interface ChildStart {
  /** A file or folder; see `resolveCommand`. */
  readonly path: string;
  readonly host: LinkHost;
  readonly shelf: SettingsShelf;
  readonly events?: LinkEvents;
  readonly onLine?: (line: ModuleLine) => void;
  /** How long the module may take until it shakes hands; 10 s where it is not said. */
  readonly startTimeoutMs?: number;
}

export type StartOutcome =
  | { readonly kind: "up"; readonly module: ChildModule }
  /** `absent`: the module is not on this machine at all. */
  | {
      readonly kind: "failed";
      readonly absent: boolean;
      readonly at: StartStep;
      readonly reason: string;
      /** Set where the process ended by itself, or could not be started. */
      readonly end?: ProcessEnd;
    };

/** How far a start came: finding out what to start, starting it, waiting for its socket, handshake, description. */
export type StartStep = "command" | "process" | "socket" | LinkStep;

const defaultStartTimeoutMs = 10_000;

let swept: Promise<number> | undefined;

/** Starts a module as a child in a process group of its own and shakes hands with it. A start that fails leaves nothing
 *  behind and says why: the end of the process, a diagnosis, its last lines. */
export async function startChild(start: ChildStart, signal: AbortSignal): Promise<StartOutcome> {
  const command = await resolveCommand(start.path);
  if (command.kind !== "command") {
    return { kind: "failed", absent: command.kind === "absent", at: "command", reason: command.reason };
  }
  swept ??= sweepLaunches();
  await swept;
  let dir: LaunchDir;
  try {
    dir = await makeLaunchDir();
  } catch (error) {
    return failed("process", messageOf(error));
  }
  const { clock } = start.host;
  const process = new ModuleProcess({ ...command, clock, onLine: start.onLine ?? (() => {}) });
  if (process.pid !== undefined) await dir.note(process.pid);
  const outcome = await bringUp(start, dir, process, signal);
  if (outcome.kind === "up") return outcome;
  process.signal("SIGKILL");
  await process.ended;
  await dir.remove();
  const { at, reason, end } = outcome;
  return { ...failed(at, withLastWords(`${start.path} ${reason}`, process.lastLines)), ...(end && { end }) };
}

async function bringUp(
  start: ChildStart,
  dir: LaunchDir,
  process: ModuleProcess,
  signal: AbortSignal,
): Promise<
  | { readonly kind: "up"; readonly module: ChildModule }
  | { readonly kind: "down"; readonly at: StartStep; readonly reason: string; readonly end?: ProcessEnd }
> {
  const { host, shelf, path, events = {}, startTimeoutMs = defaultStartTimeoutMs } = start;
  const token = randomBytes(32).toString("base64url");
  const launchId = randomBytes(8).toString("hex");
  process.write(
    bootstrapText({ protocolMajors: hostMajors, socket: dir.socket, token, launchId, limits: host.limits }),
  );
  using dialling = linkSignals(signal);
  const ended = process.ended.then((end) => {
    dialling.abort();
    return end;
  });
  const lossReason = async (): Promise<string | undefined> => {
    using timer = linkSignals();
    const end = await Promise.race([ended, host.clock.sleep(lossNewsMs, timer.signal).then(() => undefined)]);
    timer.abort();
    return end && endSentence(end, path);
  };
  const outcome = await dial(
    {
      socket: dir.socket,
      clock: host.clock,
      messageBytes: host.limits.messageBytes,
      timeoutMs: startTimeoutMs,
      open: (connection, timeoutMs) =>
        openLink(
          host,
          { connection, token, launchId, shelf, events, lossReason },
          { timeoutMs, signal: dialling.signal },
        ),
    },
    dialling.signal,
  );
  switch (outcome.kind) {
    case "open":
      return { kind: "up", module: new ChildModule({ ...outcome, process, dir, clock: host.clock, path }) };
    case "refused":
      return { kind: "down", at: outcome.at, reason: outcome.reason };
    case "aborted": {
      if (signal.aborted) return { kind: "down", at: "process", reason: "was not waited for" };
      const end = await ended;
      return { kind: "down", at: "process", reason: `${endSentence(end, path)} before it answered`, end };
    }
  }
}

/** After a call broke, how long the news of the process's end may take, in ms. */
const lossNewsMs = 300;

function bootstrapText(line: BootstrapLine): string {
  return `${JSON.stringify(line)}\n`;
}

function failed(at: StartStep, reason: string): Extract<StartOutcome, { kind: "failed" }> {
  return { kind: "failed", absent: false, at, reason };
}
