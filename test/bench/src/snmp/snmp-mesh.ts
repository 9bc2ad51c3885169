import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type Bus, openBus } from "@ocelli/bus";
import type { Resource } from "@ocelli/model";
import { systemClock } from "@ocelli/runtime";
import { readReport } from "../modules/read-report.js";
import { type Child, startNode } from "../processes/child.js";
import { type Nats, startNats } from "../processes/nats.js";
import { processTree } from "../processes/process-tree.js";
import { recordOf } from "../resource-record.js";
import { Dishonest, type RowContext } from "../row.js";
import { community, type SimulatedDevice } from "./devices.js";

/** A mesh of real processes that polls simulated devices with `snmp-interface`, and a sink that only counts. */
export interface SnmpMesh {
  readonly bus: Bus;
  /** Process ids now: a module may be started anew when its plugin file changes. */
  pids(): Promise<Readonly<Record<string, number>>>;
  readonly failed: Promise<never>;
  /** Results that came to the sink. */
  results(): Promise<number>;
  /** Polls every device once in so many seconds from now on. */
  poll(frequencyS: number): Promise<void>;
  stop(): Promise<void>;
}

export const pluginName = "bench-interfaces";
const root = (path: string): string => fileURLToPath(new URL(`../../../../${path}`, import.meta.url));
const sinkProgram = fileURLToPath(new URL("../modules/raw-sink.js", import.meta.url));
const snmpModule = dirname(createRequire(import.meta.url).resolve("../../../../plugins/snmp-interface/package.json"));
const readyWithinS = 120;
const log = { info() {}, warn() {}, debug() {} };

export async function startSnmpMesh(devices: readonly SimulatedDevice[], context: RowContext): Promise<SnmpMesh> {
  const { workDir, signal } = context;
  const stops: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const one of stops.toReversed()) await one();
  };
  try {
    const nats = await startNats(workDir, 1, signal);
    stops.push(() => nats.stop());
    const sinkSocket = join(workDir, "sink.sock");
    const directory = await writeSink(workDir, sinkSocket);
    const poll = (frequencyS: number) => writeFile(join(directory, "snmp.ocelli-plugin"), pluginText(frequencyS));
    await poll(30);
    const services = ["registry", "scheduler", "agent"].map((name) => startService(name, nats, directory, workDir));
    stops.push(async () => void (await Promise.all(services.map((service) => service.stop()))));
    const failed = Promise.race([...services, ...nats.servers].map((child) => child.failed));
    failed.catch(() => {});
    const settings = { prefix: "ocelli", name: "bench", partitions: 1, replicas: 1 };
    const kept = { retentionMs: 24 * 3_600_000, retentionBytes: 1 << 30 };
    const bus = await openBus({ urls: nats.urls, ...settings, ...kept }, { clock: systemClock, log }, signal);
    stops.push(() => bus.close());
    await Promise.all(devices.map((device) => bus.resources.put(device.id, recordOf(resourceOf(device), Date.now()))));
    const results = async (): Promise<number> => (await readReport(sinkSocket)).count;
    await Promise.race([firstResult(results, signal), failed]);
    const pids = () => pidsOf(bus, nats, services, sinkSocket);
    return { bus, pids, failed, results, poll, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function startService(name: string, nats: Nats, directory: string, workDir: string): Child {
  return startNode({
    name,
    args: [root(`services/${name}/dist/main.js`)],
    env: {
      OCELLI_LIFELINE: "stdin",
      OCELLI_NATS__URLS: nats.urls.join(","),
      OCELLI_LOG__LEVEL: "info",
      // What modules leave in the temporary directory is nobody else's to tidy up.
      TMPDIR: workDir,
      OCELLI_BENCH_COMMUNITY: community,
      ...(name === "registry" ? { OCELLI_REGISTRY__PLUGIN_DIRECTORIES: directory } : {}),
      [`OCELLI_${name.toUpperCase()}__ID`]: `${name}-1`,
    },
    logFile: join(workDir, `${name}.log`),
  });
}

const documentation =
  "[Documentation]\nAuthor = Ocelli\nVersion = 1.0\nWebsite = https://example.com/ocelli\nDescription = For the bench.\n";

function pluginText(frequencyS: number): string {
  const core = `[Core]\nName = ${pluginName}\nModule = ${snmpModule}\nService = polling\n`;
  const main = `[main]\nexecute_frequency = ${frequencyS}\nmax_in_flight = 500\n`;
  const snmp = `[snmp]\ncommunity = \${env:OCELLI_BENCH_COMMUNITY}\n`;
  return [core, documentation, main, snmp].join("\n");
}

async function writeSink(workDir: string, socket: string): Promise<string> {
  const [directory, module] = [join(workDir, "plugins"), join(workDir, "sink")];
  await mkdir(directory, { recursive: true });
  await mkdir(module, { recursive: true });
  await writeFile(join(module, "module.json"), JSON.stringify({ command: [process.execPath, sinkProgram] }));
  const core = `[Core]\nName = bench-sink\nModule = ${module}\n`;
  const text = [core, documentation, "[main]\nexecute_frequency = 60\n", `[bench]\nreport = ${socket}\n`];
  await writeFile(join(directory, "sink.ocelli-plugin"), text.join("\n"));
  return directory;
}

function resourceOf({ id, type, endpoint }: SimulatedDevice): Resource {
  const about = { site: "bench", class: "network", subclass: "", type, metadata: {}, parents: [], ttlS: 0 };
  return { id, endpoint, ...about };
}

async function firstResult(results: () => Promise<number>, signal: AbortSignal): Promise<void> {
  for (let tries = 0; tries < readyWithinS * 4; tries += 1) {
    if ((await results().catch(() => 0)) > 0) return;
    await sleep(250, undefined, { signal });
  }
  throw new Dishonest(`no result came to the sink within ${readyWithinS} s`);
}

async function pidsOf(
  bus: Bus,
  nats: Nats,
  services: readonly Child[],
  sinkSocket: string,
): Promise<Record<string, number>> {
  const pids = Object.fromEntries([...nats.servers, ...services].map(({ name, pid }) => [name, pid]));
  const sink = (await readReport(sinkSocket)).pid;
  for (const pid of await processTree(pids["agent"] ?? 0)) {
    if ((await readFile(`/proc/${pid}/cmdline`, "utf8")).includes(snmpModule)) pids["module"] = pid;
  }
  if (pids["module"] === undefined) {
    const reports = (await bus.agents.get("agent-1"))?.value.reports ?? [];
    const why = reports.map(({ plugin, state, reason, lastError }) => `${plugin} is ${state} ${reason} ${lastError}`);
    throw new Dishonest(`the agent runs no snmp-interface module: ${why.join("; ")}`);
  }
  return { ...pids, sink };
}
