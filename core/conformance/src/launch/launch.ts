import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { createConnection, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { statusOf } from "@ocelli/rpc";
import type { Timings } from "../engine/timings.js";
import { KitRegistry } from "./kit-registry.js";
import { type Command, endWords, type Line, ModuleProcess } from "./module-process.js";
import {
  kitLimits,
  type Mode,
  type ModuleLimits,
  type ModuleParts,
  meet,
  type RunningModule,
} from "./running-module.js";

export interface LaunchOptions {
  /** What the bootstrap line and the handshake allow. */
  readonly limits?: ModuleLimits;
  /** More keys in the bootstrap line, as a newer host may send. */
  readonly more?: Readonly<Record<string, unknown>>;
}

export interface LaunchHost {
  readonly command: Command;
  readonly timings: Timings;
  /** Begins the marks of all processes of one run. */
  readonly run: string;
  readonly onLine: (line: Line) => void;
}

/** A module that did not come up, in a sentence, with its last words. */
class NotStarted extends Error {
  constructor(message: string) {
    super(message);
    this.name = "NotStarted";
  }
}

let launches = 0;

/** Starts the module in one of the two ways and meets it. Throws NotStarted, with nothing left behind. */
export async function launch(
  host: LaunchHost,
  mode: Exclude<Mode, "endpoint">,
  options: LaunchOptions,
  signal: AbortSignal,
): Promise<RunningModule> {
  const parts = mode === "child" ? await startChild(host, options) : await startAlone(host, options);
  const { process } = parts;
  const gone = new AbortController();
  const giveUp = (): void => void process?.kill();
  signal.addEventListener("abort", giveUp, { once: true });
  if (signal.aborted) giveUp();
  const ended = process?.ended.then((end) => {
    gone.abort();
    return end;
  });
  try {
    await listening(parts.target, host.timings.startMs, gone.signal);
    const meeting = meet(parts, host.timings, signal);
    meeting.catch(() => {}); // Where the process ends first, that is the news.
    const met = await Promise.race([meeting, ended]);
    if (met !== undefined && "wire" in met) return met;
    throw new NotStarted(met === undefined ? "it did not start" : `it ${endWords(met)} before it answered`);
  } catch (error) {
    const end = gone.signal.aborted ? await ended : undefined;
    await process?.kill();
    const why = end === undefined ? notAnswering(error, host.timings) : `it ${endWords(end)} before it answered`;
    const words = process?.lastWords ?? "";
    await parts.dispose();
    throw new NotStarted(words === "" ? why : `${why}; its last lines:\n${words}`);
  } finally {
    signal.removeEventListener("abort", giveUp);
  }
}

function notAnswering(error: unknown, { startMs }: Timings): string {
  if (error instanceof NotStarted) return error.message;
  const { code, message } = statusOf(error);
  return code === "timeout" ? `it did not answer within ${startMs} ms` : `it did not take the handshake: ${message}`;
}

async function startChild(host: LaunchHost, { limits = kitLimits, more = {} }: LaunchOptions): Promise<ModuleParts> {
  const place = await privateDirectory();
  const socket = join(place, "s");
  const token = randomBytes(32).toString("base64url");
  const launchId = randomBytes(8).toString("hex");
  const process = new ModuleProcess(host.command, nextMark(host), {}, host.onLine);
  process.write(`${JSON.stringify({ protocolMajors: [1], socket, token, launchId, limits, ...more })}\n`);
  const dispose = (): Promise<void> => rm(place, { recursive: true, force: true });
  const child = { mode: "child", target: `unix:${socket}`, token, joinToken: undefined, registry: undefined } as const;
  return { ...child, launchId, limits, process, dispose };
}

async function startAlone(host: LaunchHost, { limits = kitLimits }: LaunchOptions): Promise<ModuleParts> {
  const registry = await KitRegistry.start();
  const target = `127.0.0.1:${await freePort()}`;
  const joinToken = `join-${randomBytes(16).toString("hex")}`;
  const variables = {
    OCELLI_MODULE_LISTEN: target,
    OCELLI_REGISTRY: registry.endpoint,
    OCELLI_MODULE_INSTANCE: `conformance/${nextMark(host)}`,
    OCELLI_JOIN_TOKEN: joinToken,
  };
  const process = new ModuleProcess(host.command, nextMark(host), variables, host.onLine);
  const alone = { mode: "stand-alone", target, token: undefined, joinToken, launchId: "", limits } as const;
  return { ...alone, process, registry, dispose: () => registry.close() };
}

function nextMark({ run }: LaunchHost): string {
  launches += 1;
  return `${run}-${launches}`;
}

/** A new directory that only this user may look into, with room for a socket's path. */
export async function privateDirectory(): Promise<string> {
  const root = Buffer.byteLength(tmpdir()) > 70 ? "/tmp" : tmpdir();
  return await mkdtemp(join(root, "ocelli-check-"));
}

/** Waits until somebody listens there: a call before that would only make the library wait longer than it has to. */
export async function listening(target: string, timeoutMs: number, gone: AbortSignal): Promise<void> {
  const dueAtMs = performance.now() + timeoutMs;
  while (performance.now() < dueAtMs && !gone.aborted) {
    if (await accepts(target)) return;
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
  if (gone.aborted) throw new NotStarted("it ended before it listened");
  const where = target.startsWith("unix:") ? "the socket of the bootstrap line" : `OCELLI_MODULE_LISTEN (${target})`;
  throw new NotStarted(`it did not listen on ${where} within ${timeoutMs} ms`);
}

function accepts(target: string): Promise<boolean> {
  const at = target.lastIndexOf(":");
  const place = target.startsWith("unix:")
    ? { path: target.slice("unix:".length) }
    : { host: target.slice(0, at), port: Number(target.slice(at + 1)) };
  return new Promise((resolve) => {
    const socket = createConnection(place, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}
