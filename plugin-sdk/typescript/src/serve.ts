import { randomUUID } from "node:crypto";
import { setMaxListeners } from "node:events";
import { hostname } from "node:os";
import { type ModuleLimits, messageOf, OcelliError } from "@ocelli/model";
import { connect } from "@ocelli/rpc";
import { authorStack, placeOfError } from "./author-place.js";
import { readBootstrap } from "./bootstrap-input.js";
import type { PluginModule } from "./define-plugin.js";
import { createLog, type Log, parseLogLevel } from "./log.js";
import { toPollFault } from "./poll-fault.js";
import { Redactor } from "./redactor.js";
import { stayRegistered } from "./registration.js";
import { explanation, type StartMode, startModeOf } from "./start-mode.js";
import { type RunningModule, startModule } from "./start-module.js";
import { systemClock } from "./system-clock.js";

/** How long running work may take once the module has to go. */
const graceMs = 10_000;
/** How long a host may take to write the bootstrap line. */
const bootstrapTimeoutMs = 30_000;
/** Enough for the author's line to be in the stack of an error from deep inside of a library. */
const stackFrames = 30;
const noWishes: ModuleLimits = { messageBytes: 0, itemsPerCall: 0, callsInFlight: 0 };

interface Process {
  readonly log: Log;
  readonly redactor: Redactor;
  /** Aborts when the module has to stop; its reason says why. */
  readonly stop: AbortController;
}

/** Runs a module until its host is gone or a signal comes, then ends the process. Never resolves.
 *
 *  Started by a host: the bootstrap line on stdin says where to serve. Started with OCELLI_MODULE_LISTEN and
 *  OCELLI_REGISTRY: serves there and registers. Started by a person: says what to do, and exits with 2. */
export async function serve(module: PluginModule): Promise<never> {
  const redactor = new Redactor();
  const write = (line: string): void => void process.stderr.write(line);
  const level = parseLogLevel(process.env["OCELLI_LOG_LEVEL"]);
  const log = createLog({ level, nowMs: () => Date.now(), redactor, write });
  const own: Process = { log, redactor, stop: new AbortController() };
  watchProcess(own);
  try {
    const mode = startModeOf(process.env, process.stdin.isTTY === true);
    if (mode.kind === "by_hand") explainAndExit(module);
    if (mode.kind === "child") await runChild(module, own);
    else if (mode.kind === "stand_alone") await runStandAlone(module, mode, own);
  } catch (error) {
    const stack = authorStack(error);
    if (stack !== "") log.debug({ stack }, "module failed: where");
    log.fatal({ reason: messageOf(error) }, "module failed");
    process.exit(error instanceof OcelliError && error.code === "invalid" ? 2 : 1);
  }
  process.exit(0);
}

async function runChild(module: PluginModule, own: Process): Promise<void> {
  const input = readBootstrap(process.stdin, bootstrapTimeoutMs);
  const line = await Promise.race([input.line, asked(own.stop.signal)]);
  if (own.stop.signal.aborted) return;
  if (!line) explainAndExit(module);
  void input.ended.then(() => own.stop.abort("the host is gone"));
  const running = await startModule(module, {
    listen: `unix:${line.socket}`,
    token: line.token,
    limits: line.limits,
    identity: { instanceId: line.launchId, bootId: randomUUID() },
    clock: systemClock,
    log: own.log,
    redactor: own.redactor,
  });
  await stopped(running, own);
}

async function runStandAlone(
  module: PluginModule,
  mode: Extract<StartMode, { kind: "stand_alone" }>,
  own: Process,
): Promise<void> {
  const { log, redactor, stop } = own;
  if (mode.joinToken !== undefined) redactor.add([mode.joinToken]);
  const bootId = randomUUID();
  const instanceId = mode.instanceId ?? `${hostname()}/${mode.listen}`;
  const identity = { instanceId, bootId };
  const settings = { listen: mode.listen, token: undefined, limits: noWishes, identity, clock: systemClock };
  const running = await startModule(module, { ...settings, log, redactor });
  const endpoint = mode.advertise ?? running.endpoint.replace(/^(0\.0\.0\.0|\[::\]):/, `${hostname()}:`);
  const registry = connect(mode.registry);
  const { name, version } = module;
  const deps = { clock: systemClock, random: Math.random, log, joinToken: mode.joinToken };
  const registered = stayRegistered(registry, { name, version, endpoint, ...identity }, deps, stop.signal);
  // Both begin with the stop: no new work is sent here while what runs is finished.
  await Promise.all([stopped(running, own), registered]);
  registry.close();
}

/** Resolves when somebody asks the module to stop. */
function asked(stop: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (stop.aborted) resolve(undefined);
    else stop.addEventListener("abort", () => resolve(undefined), { once: true });
  });
}

async function stopped(running: RunningModule, { stop, log }: Process): Promise<void> {
  await asked(stop.signal);
  await running.stop(graceMs, String(stop.signal.reason));
  log.info("module stopped");
}

/** Signals end the module in order, a second one at once. What nobody caught ends it with the reason on stderr. A host
 *  that does not read what is printed does no harm. */
function watchProcess({ log, stop }: Process): void {
  for (const name of ["SIGTERM", "SIGINT"] as const) {
    process.on(name, () => {
      if (stop.signal.aborted && stop.signal.reason === name) process.exit(1);
      stop.abort(name);
    });
  }
  Error.stackTraceLimit = Math.max(Error.stackTraceLimit, stackFrames);
  setMaxListeners(0); // Hundreds of items may listen to one signal: that is no leak worth a warning.
  process.stdout.on("error", () => {});
  process.stderr.on("error", () => {});
  const die = (what: string) => (error: unknown) => {
    const [place, stack] = [placeOfError(error), authorStack(error)];
    if (stack !== "") log.debug({ stack }, `${what}: where`);
    log.fatal({ reason: `${place === undefined ? "" : `${place}: `}${toPollFault(error).message}` }, what);
    process.exit(1);
  };
  process.on("uncaughtException", die("uncaught exception"));
  process.on("unhandledRejection", die("unhandled rejection"));
}

function explainAndExit(module: PluginModule): never {
  const { name, version, description } = module;
  process.stderr.write(explanation(name, version, description, process.argv[1] ?? "dist/main.js"));
  process.exit(2);
}
