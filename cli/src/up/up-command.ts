import { stat } from "node:fs/promises";
import type { Clock } from "@ocelli/model";
import { systemClock } from "@ocelli/runtime";
import { Command } from "commander";
import { colorsFor } from "../display/colors.js";
import { Exit, exitCodes } from "../exit-codes.js";
import { say } from "../output.js";
import { openBroker } from "./broker.js";
import { chooseEndpoints, lockDataDirectory, openDataDirectory } from "./data-directory.js";
import { parseDuration } from "./duration.js";
import { keepRunning } from "./keep-running.js";
import { followMesh } from "./live-view.js";
import { summaryLines } from "./summary-lines.js";
import { Tally } from "./tally.js";
import { demoPlugins, partsOf } from "./world.js";

interface UpOptions {
  readonly plugins: readonly string[];
  readonly demo?: boolean;
  readonly demoLog?: string;
  readonly for?: string;
  readonly natsUrl?: string;
  readonly natsServer?: string;
  readonly quiet?: boolean;
  /** --no-color, which stands before the verb; undefined where it was not given. */
  readonly color?: boolean;
  readonly logLevel: string;
}

const graceMs = 25_000;
/** How long the view waits for the last results after the agent has stopped. */
const lastLookMs = 200;

/** `ocelli up`: a whole mesh on this machine, until Ctrl-C or for a while. */
export function upCommand(): Command {
  const collect = (value: string, before: readonly string[]): string[] => [...before, value];
  return new Command("up")
    .description("bring a whole mesh up on this machine: broker, registry, scheduler, agent, and a live view")
    .option("-p, --plugins <dir>", "a directory of plugin files; may be given several times", collect, [])
    .option("--demo", "also watch this machine and a handful of simulated SNMP devices")
    .option("--demo-log <file>", "log every request that the simulated devices get, a line of JSON each")
    .option("--for <span>", "end by itself after a while, such as 30s or 5m, with a summary")
    .option("--nats-url <url>", "use the NATS server that runs there (or OCELLI_NATS_URL)")
    .option("--nats-server <file>", "use this nats-server binary (or OCELLI_NATS_SERVER)")
    .option("-q, --quiet", "no live view, only the summary")
    .option("--log-level <level>", "of the services' log files", "info")
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<UpOptions & { data: string }>();
      await up(options, options.data, systemClock);
    });
}

async function up(options: UpOptions, dataPath: string, clock: Clock): Promise<void> {
  const forMs = options.for === undefined ? undefined : parseDuration(options.for);
  const plugins = [...options.plugins, ...(options.demo ? [demoPlugins] : [])];
  if (plugins.length === 0) {
    throw new Exit(
      exitCodes.usage,
      "nothing to run: name a directory of plugin files with --plugins DIR, or add --demo",
    );
  }
  for (const dir of plugins) await mustBeDirectory(dir);
  const stop = stopSignal();
  const data = await openDataDirectory(dataPath);
  const unlock = await lockDataDirectory(data);
  try {
    await runMesh(options, { data, plugins, forMs, clock }, stop);
  } catch (error) {
    if (!stop.aborted) throw error;
  } finally {
    await unlock();
  }
}

async function mustBeDirectory(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) return;
  const what = found ? "is not a directory" : "does not exist";
  throw new Exit(exitCodes.usage, `the plugin directory ${path} ${what}; name one that holds .ocelli-plugin files`);
}

interface Mesh {
  readonly data: Awaited<ReturnType<typeof openDataDirectory>>;
  readonly plugins: readonly string[];
  readonly forMs: number | undefined;
  readonly clock: Clock;
}

async function runMesh(options: UpOptions, { data, plugins, forMs, clock }: Mesh, stop: AbortSignal): Promise<void> {
  say(`Everything is kept in ${data.path}; started again on it, Ocelli goes on from there.`);
  const url = options.natsUrl ?? process.env["OCELLI_NATS_URL"];
  const binary = options.natsServer ?? process.env["OCELLI_NATS_SERVER"];
  const broker = await openBroker({ data, url, binary, say, clock }, stop);
  const endpoints = await chooseEndpoints(data);
  const { demo = false, demoLog, logLevel } = options;
  const mesh = { data, endpoints, natsUrl: broker.url, pluginDirectories: plugins };
  const kept = partsOf({ ...mesh, demo, demoLog, logLevel }).map((part) => keepRunning(part, { clock, say }));
  const { registry, scheduler, agent } = endpoints;
  say(`NATS ${broker.shown}, registry ${registry}, scheduler ${scheduler}, agent ${agent}; stop with Ctrl-C.`);
  const tally = new Tally();
  const watching = new AbortController();
  const view = followMesh(
    {
      registry,
      tally,
      colors: colorsFor({ isTTY: process.stdout.isTTY, wanted: options.color, env: process.env }),
      show: options.quiet ? () => {} : (line) => process.stdout.write(`${line}\n`),
      clock,
      say,
      onReady: () => say("The mesh is up."),
    },
    watching.signal,
  );
  await clock.sleep(forMs ?? Number.MAX_SAFE_INTEGER, stop);
  say("Stopping: running polls finish, results are delivered.");
  // The agent first, so that what runs is published, delivered and shown while the others still are there.
  const [agentPart, ...others] = [...kept].reverse();
  await agentPart?.stop(graceMs);
  await clock.sleep(lastLookMs);
  watching.abort();
  await view;
  for (const part of others) await part.stop(graceMs);
  await broker.stop();
  for (const line of summaryLines(tally.summary(), data.path)) process.stdout.write(`${line}\n`);
}

/** Aborts at the first Ctrl-C or SIGTERM. A second one ends at once: the parts end by themselves with their stdin. */
function stopSignal(): AbortSignal {
  const stop = new AbortController();
  const onSignal = (): void => {
    if (stop.signal.aborted) process.exit(exitCodes.bad);
    stop.abort();
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return stop.signal;
}
