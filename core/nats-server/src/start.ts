import { setTimeout as sleep } from "node:timers/promises";
import { OcelliError } from "@ocelli/model";
import { readInfo } from "./answering.js";
import { type FolderLock, lockFolder } from "./folder-lock.js";
import { freePort, isFree } from "./free-port.js";
import { type Launched, launch, type ServerExit, type Startable } from "./launch.js";
import { lastPort, logSince, openLog, openServerFiles, rememberPort, type ServerFiles } from "./server-files.js";

export interface StartOptions {
  readonly found: Startable;
  /** The data folder: streams, token, port and log. Starting again on the same folder resumes. */
  readonly dataDir: string;
  /** Exactly this port. When left out: that of the last start if it is free, else another free one. */
  readonly port?: number;
  /** Sync each write to disk before acknowledging it, the right thing for a single server. Tests that throw the
   *  store away may say no. Servers before 2.10 sync every two minutes whatever is said here. */
  readonly syncAlways?: boolean;
  /** How long it may take until it answers: a minute when left out, for a large store is read first. */
  readonly timeoutMs?: number;
  /** One sentence for people. */
  readonly onLog?: (sentence: string) => void;
}

export interface RunningNats {
  /** With the token as its user part: a secret. */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  readonly token: string;
  readonly pid: number;
  readonly version: string;
  readonly logFile: string;
  /** Resolves when the process is gone, whoever ended it. The folder can then be started again. */
  readonly exited: Promise<ServerExit>;
  /** Asks it to finish, waits, and lets go of the folder. Kills it after ten seconds. */
  stop(): Promise<void>;
  /** Ends it at once, as a crash would, and waits until it is gone. The folder stays with this process. */
  kill(): Promise<void>;
}

const host = "127.0.0.1";
const stopGraceMs = 10_000;

/**
 * Starts a single nats-server with JetStream on loopback, on a data folder that no other process uses, and waits
 * until it really answers. Only who reads the token in the folder (mode 0600) can connect.
 * Fails with `conflict` when the folder or the wanted port is taken, and with `unavailable` and the server's last words
 * when it does not come up. The signal ends the start; afterwards it means nothing, and `stop` is the way.
 */
export async function startNatsServer(options: StartOptions, signal?: AbortSignal): Promise<RunningNats> {
  const say = options.onLog ?? (() => {});
  const files = await openServerFiles(options.dataDir);
  const lock = await lockFolder(files, say);
  try {
    const remembered = await lastPort(files);
    const port = options.port ?? (await pickPort(remembered, say));
    const running = await startOn(port, files, lock, options, signal);
    await rememberPort(files, port);
    say(`nats-server ${running.version} answers on ${host}:${port}, its data is in ${files.dir}.`);
    return running;
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function pickPort(remembered: number | undefined, say: (sentence: string) => void): Promise<number> {
  if (remembered !== undefined) {
    if (await isFree(host, remembered)) return remembered;
    say(`Port ${remembered} of the last start is taken, so another one is used.`);
  }
  const port = await freePort(host, Math.random);
  if (port === undefined) throw new OcelliError("unavailable", "no free port was found on 127.0.0.1");
  return port;
}

async function startOn(
  port: number,
  files: ServerFiles,
  lock: FolderLock,
  options: StartOptions,
  signal?: AbortSignal,
): Promise<RunningNats> {
  if (!(await isFree(host, port))) throw new OcelliError("conflict", `port ${port} on ${host} is in use`);
  signal?.throwIfAborted();
  const log = await openLog(files);
  const server = await launch(options.found, files, { host, port, syncAlways: options.syncAlways ?? true }, log.fd);
  await log.close();
  try {
    await lock.holdFor(server.pid);
    const version = await answering(server, port, files, options.timeoutMs ?? 60_000, log.startBytes, signal);
    return {
      url: `nats://${files.token}@${host}:${port}`,
      ...{ host, port, token: files.token, pid: server.pid, version, logFile: files.logFile },
      exited: server.exited,
      stop: async () => {
        await stopped(server);
        await lock.release();
      },
      kill: async () => {
        await server.kill();
        await server.exited;
      },
    };
  } catch (error) {
    await server.kill();
    await server.exited;
    throw error;
  }
}

/** Waits until this very server answers: a stranger on the port has another name. Gives its version. */
async function answering(
  server: Launched,
  port: number,
  files: ServerFiles,
  timeoutMs: number,
  logStartBytes: number,
  signal?: AbortSignal,
): Promise<string> {
  let ended: ServerExit | undefined;
  void server.exited.then((exit) => {
    ended = exit;
  });
  const giveUpAtMs = performance.now() + timeoutMs;
  while (performance.now() < giveUpAtMs) {
    signal?.throwIfAborted();
    const info = await readInfo(host, port, 1_000);
    if (info?.serverName === files.serverName) return info.version;
    if (ended) break;
    await sleep(15);
  }
  const what = ended
    ? `ended at once (${ended.signal ?? `exit ${ended.code}`})`
    : `does not answer within ${timeoutMs} ms`;
  throw new OcelliError("unavailable", `nats-server ${what}:\n${await logSince(files, logStartBytes)}`);
}

async function stopped(server: Launched): Promise<void> {
  server.terminate();
  const timer = setTimeout(() => void server.kill(), stopGraceMs);
  await server.exited;
  clearTimeout(timer);
}
