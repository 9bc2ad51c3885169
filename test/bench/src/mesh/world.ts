import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Bus, openBus } from "@ocelli/bus";
import { systemClock } from "@ocelli/runtime";
import { firstReport, readReport } from "../modules/read-report.js";
import type { TallyReport } from "../modules/tally.js";
import { type Child, profileArgs, startNode } from "../processes/child.js";
import { type Nats, startNats } from "../processes/nats.js";
import { profileDir, type RowContext } from "../row.js";
import { AgentReports } from "./agent-reports.js";
import { PairLoad } from "./pair-load.js";

export interface WorldOptions {
  readonly frequencyS: number;
  readonly partitions: number;
  readonly servers: 1 | 3;
  /** Programs of the two modules, in `src/modules`, without their extension. */
  readonly poller: string;
  readonly sink: string;
}

/** A mesh of real processes: broker, registry, scheduler, agent, and as its children a poller and a sink. */
export interface World {
  readonly options: WorldOptions;
  readonly load: PairLoad;
  /** Process ids by the names of the table. */
  readonly pids: Readonly<Record<string, number>>;
  readonly failed: Promise<never>;
  /** Why the agent was last unhappy with a module, or empty. */
  trouble(): string;
  report(module: "module" | "sink"): Promise<TallyReport>;
  stop(): Promise<void>;
}

const root = (path: string): string => fileURLToPath(new URL(`../../../../${path}`, import.meta.url));
const program = (name: string): string => fileURLToPath(new URL(`../modules/${name}.js`, import.meta.url));
/** Enough for 15 000 runs per second of 100 ms each; more only lets an overload pile up inside the agent. */
const maxInFlight = 1_500;

export async function startWorld(options: WorldOptions, context: RowContext): Promise<World> {
  const { workDir, signal, profile } = context;
  const stops: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const one of stops.toReversed()) await one();
  };
  try {
    const nats = await startNats(workDir, options.servers, signal);
    stops.push(() => nats.stop());
    const plugins = await writePlugins(options, context);
    // What modules leave in the temporary directory is nobody else's to tidy up.
    const env = { ...serviceEnv(nats, options), TMPDIR: workDir };
    const service = (name: string, own: Record<string, string> = {}): Child => {
      const child = startNode({
        name,
        args: [root(`services/${name}/dist/main.js`)],
        env: { ...env, ...own, [`OCELLI_${name.toUpperCase()}__ID`]: `${name}-1` },
        logFile: join(workDir, `${name}.log`),
        profileDir: profile === name ? profileDir(context) : undefined,
      });
      stops.push(() => child.stop());
      return child;
    };
    const children = [
      service("registry", { OCELLI_REGISTRY__PLUGIN_DIRECTORIES: plugins }),
      service("scheduler"),
      service("agent", { OCELLI_AGENT__MAX_IN_FLIGHT: String(maxInFlight), OCELLI_AGENT__START_TIMEOUT_SECONDS: "60" }),
    ];
    const failed = Promise.race([...children, ...nats.servers].map((child) => child.failed));
    failed.catch(() => {});
    const bus = await openBenchBus(nats, options, signal);
    stops.push(() => bus.close());
    const reports = new AgentReports(bus);
    stops.push(() => reports.close());
    await Promise.race([reports.ready(signal), failed]);
    const report = (module: "module" | "sink"): Promise<TallyReport> => readReport(join(workDir, `${module}.sock`));
    const pids = {
      ...Object.fromEntries([...nats.servers, ...children].map((child) => [child.name, child.pid])),
      module: (await firstReport(join(workDir, "module.sock"), signal)).pid,
      sink: (await firstReport(join(workDir, "sink.sock"), signal)).pid,
    };
    return { options, load: new PairLoad(bus), pids, failed, report, trouble: () => reports.trouble, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function serviceEnv(nats: Nats, options: WorldOptions): Record<string, string> {
  return {
    OCELLI_LIFELINE: "stdin",
    OCELLI_NATS__URLS: nats.urls.join(","),
    OCELLI_NATS__PARTITIONS: String(options.partitions),
    OCELLI_NATS__REPLICAS: String(options.servers),
    OCELLI_LOG__LEVEL: "info",
  };
}

async function writePlugins(options: WorldOptions, context: RowContext): Promise<string> {
  const dir = join(context.workDir, "plugins");
  await mkdir(dir, { recursive: true });
  const plugin = async (name: "module" | "sink", file: string, main: readonly string[]): Promise<void> => {
    const folder = join(context.workDir, name);
    await mkdir(folder, { recursive: true });
    const profiled = profileArgs(context.profile === name ? profileDir(context) : undefined);
    const command = [process.execPath, ...profiled, program(file)];
    await writeFile(join(folder, "module.json"), JSON.stringify({ command }));
    const lines = [
      ...["[Core]", `Name = bench-${name}`, `Module = ${folder}`, "", "[Documentation]", "Author = Ocelli"],
      ...["Version = 1.0", "Website = https://example.com/ocelli", "Description = For the bench.", ""],
      ...["[main]", ...main, "", "[bench]", `report = ${join(context.workDir, `${name}.sock`)}`, ""],
    ];
    await writeFile(join(dir, `${name}.ocelli-plugin`), lines.join("\n"));
  };
  await plugin("module", options.poller, [
    `execute_frequency = ${options.frequencyS}`,
    `max_in_flight = ${maxInFlight}`,
  ]);
  await plugin("sink", options.sink, ["execute_frequency = 60"]);
  return dir;
}

async function openBenchBus(nats: Nats, options: WorldOptions, signal: AbortSignal): Promise<Bus> {
  const log = { info() {}, warn() {}, debug() {} };
  const settings = {
    urls: nats.urls,
    prefix: "ocelli",
    name: "bench",
    partitions: options.partitions,
    replicas: options.servers,
    retentionMs: 24 * 3_600_000,
    retentionBytes: 1024 * 1024 * 1024,
  };
  return await openBus(settings, { clock: systemClock, log }, signal);
}
