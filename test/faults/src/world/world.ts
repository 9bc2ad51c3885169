import { randomUUID } from "node:crypto";
import { mkdir, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { putFile, putPlugin } from "@ocelli/test-kit";
import { pause } from "../nemesis/schedule.js";
import { type Broker, startBroker } from "./broker.js";
import { groupOf, inGroup } from "./broker-cut.js";
import { Counters } from "./counters.js";
import { Devices } from "./devices.js";
import { fakeClockEnvironment, removeFakeClockMemory } from "./fake-clock.js";
import { freePorts } from "./free-ports.js";
import type { Load } from "./load.js";
import { markedEnvironment } from "./marked-processes.js";
import { putModule } from "./module-files.js";
import { ownProgram, root } from "./paths.js";
import { Service } from "./service.js";
import { Warden } from "./warden.js";
import { Witness } from "./witness.js";

/** A whole mesh of real processes, each of which can be killed, frozen and started by itself. */
export interface World {
  readonly load: Load;
  /** Everything of the world lies here. */
  readonly dir: string;
  /** Carried by every process of the world. */
  readonly mark: string;
  readonly warden: Warden;
  readonly broker: Broker;
  readonly registries: readonly Service[];
  readonly schedulers: readonly Service[];
  readonly agents: readonly Service[];
  /** gRPC address by service name. */
  readonly endpoints: ReadonlyMap<string, string>;
  readonly devices: Devices;
  readonly witness: Witness;
  readonly counters: Counters;
  /** The plugin directory of all registries. */
  readonly pluginDir: string;
  /** What the discovery reads: a JSON list of resources. */
  readonly resourcesFile: string;
  /** Names of the polling plugins. */
  readonly plugins: readonly string[];
  /** Results file by sink plugin. */
  readonly sinkFiles: ReadonlyMap<string, string>;
  /** The service of that name: agent-1, scheduler-2, registry-1, nats-3. */
  service(name: string): Service;
  /** Ends it all, and waits until nothing of it is left. */
  close(): Promise<void>;
}

const deviceHost = "127.0.0.1";

/** Starts a world and waits until every pair has run once. */
export async function startWorld(load: Load, say: (sentence: string) => void, signal: AbortSignal): Promise<World> {
  const mark = randomUUID();
  const warden = new Warden(mark);
  const dir = await mkdtemp(join(tmpdir(), "ocelli-faults-"));
  warden.atTheEnd({ kind: "folder", path: dir });
  say(`world ${mark} in ${dir}`);
  let world: World | undefined;
  try {
    world = await assemble({ load, mark, warden, dir }, signal);
    const pairs = load.devices * load.plugins;
    await untilAllRan(world.witness, pairs, signal);
    say(`${pairs} pairs are polled every ${load.intervalS} s`);
    return world;
  } catch (error) {
    if (world) await world.close();
    else await warden.cleanUp();
    throw error;
  }
}

type Base = Pick<World, "load" | "mark" | "warden" | "dir">;

async function assemble({ load, mark, warden, dir }: Base, signal: AbortSignal): Promise<World> {
  const env = { ...process.env, ...markedEnvironment(mark) } as Record<string, string>;
  const pluginDir = join(dir, "plugins");
  await mkdir(pluginDir);
  const [broker, devices] = await Promise.all([
    startBroker({ nodes: load.brokers, dir, env }, signal),
    Devices.start({
      count: load.devices,
      processes: load.deviceProcesses,
      host: deviceHost,
      dir,
      env,
      latencyMs: load.latencyMs,
      dead: false,
    }),
  ]);
  const resourcesFile = join(dir, "resources.json");
  await putFile(resourcesFile, JSON.stringify(resourcesOf(devices)));
  const plugins = Array.from({ length: load.plugins }, (_, i) => `poll-${i + 1}`);
  const sinkFiles = new Map(
    Array.from({ length: load.sinks }, (_, i) => [`store-${i + 1}`, join(dir, `results-${i + 1}.jsonl`)]),
  );
  await putPlugins({ load, dir, pluginDir, resourcesFile, plugins, sinkFiles });
  const witness = await Witness.open(broker.urls, load, new Set(plugins), signal);
  const services = await startServices({ load, dir, env, pluginDir, broker, warden });
  const { registries, schedulers, agents, endpoints } = services;
  const asked = [...agents, ...schedulers].map((service) => ({ service, endpoint: endpoints.get(service.name) ?? "" }));
  const counters = new Counters(asked);
  const all = [...broker.nodes, ...registries, ...schedulers, ...agents];
  return {
    ...{ load, dir, mark, warden, broker, registries, schedulers, agents, endpoints, devices, witness, counters },
    ...{ pluginDir, resourcesFile, plugins, sinkFiles },
    service(name) {
      const found = all.find((service) => service.name === name);
      if (!found) throw new RangeError(`the world has no service ${name}`);
      return found;
    },
    async close() {
      counters.close();
      for (const service of [...agents, ...schedulers, ...registries]) await service.hold();
      await witness.close();
      for (const node of broker.nodes) await node.hold();
      await warden.cleanUp();
    },
  };
}

/** The resources as the discovery reads them. */
export function resourcesOf(devices: Pick<Devices, "ids" | "endpoint">): object[] {
  return devices.ids.map((id) => ({ id, class: "device", endpoint: devices.endpoint(id) }));
}

type PluginSet = Pick<World, "load" | "dir" | "pluginDir" | "resourcesFile" | "plugins" | "sinkFiles">;

async function putPlugins({ load, dir, pluginDir, resourcesFile, plugins, sinkFiles }: PluginSet): Promise<void> {
  await putPlugin(pluginDir, {
    name: "list",
    module: root("plugins/file-discovery"),
    frequencyS: 5,
    rest: `[source]\npath = ${resourcesFile}`,
  });
  for (const name of plugins) {
    await putPlugin(pluginDir, {
      name,
      module: load.ownModules ? await putModule(dir, name, "module/main.js") : ownProgram("module/main.js"),
      frequencyS: load.intervalS,
      timeoutS: load.timeoutS,
      filter: 'resource_class = "device"',
    });
  }
  for (const [name, path] of sinkFiles) {
    const rest = `[jsonl]\npath = ${path}\nmax_bytes = 4000000000`;
    await putPlugin(pluginDir, { name, module: root("plugins/jsonl"), frequencyS: 60, rest });
  }
}

interface ServiceSet extends Pick<World, "load" | "dir" | "pluginDir" | "broker" | "warden"> {
  readonly env: Readonly<Record<string, string>>;
}

async function startServices({ load, dir, env, pluginDir, broker, warden }: ServiceSet) {
  const endpoints = new Map<string, string>();
  const start = async (kind: "registry" | "scheduler" | "agent", count: number, own: Record<string, string>) => {
    const ports = await freePorts(count);
    return ports.map((port, i) => {
      const name = `${kind}-${i + 1}`;
      endpoints.set(name, `127.0.0.1:${port}`);
      const argv = [process.execPath, root(load.programs[kind])] as const;
      const hasFakeClock = load.fakeClocks?.includes(name) ?? false;
      const service = new Service({
        name,
        argv: kind === "agent" && load.cuttableAgents ? inGroup(groupOf(i), [...argv]) : argv,
        env: {
          ...env,
          OCELLI_LIFELINE: "stdin",
          OCELLI_NATS__URLS: broker.urls.join(","),
          OCELLI_NATS__PARTITIONS: String(load.partitions),
          OCELLI_NATS__REPLICAS: String(load.brokers),
          OCELLI_GRPC__LISTEN: `127.0.0.1:${port}`,
          OCELLI_LOG__LEVEL: "info",
          [`OCELLI_${kind.toUpperCase()}__ID`]: name,
          ...own,
          ...(hasFakeClock ? fakeClockEnvironment(dir, name) : {}),
        },
        logFile: join(dir, `${name}.log`),
        restartMs: load.restartMs,
      });
      service.start();
      if (hasFakeClock) removeFakeClockMemory(service.pid, warden);
      return service;
    });
  };
  const registries = await start("registry", load.registries, {
    OCELLI_REGISTRY__PLUGIN_DIRECTORIES: pluginDir,
  });
  const schedulers = await start("scheduler", load.schedulers, {
    OCELLI_SCHEDULER__LEASE_MS: String(load.schedulerLeaseMs),
  });
  const agents = await start("agent", load.agents, {
    OCELLI_AGENT__LEASE_SECONDS: String(load.leaseS),
    OCELLI_AGENT__GRACE_SECONDS: "3",
    OCELLI_SPOOL__DIRECTORY: join(dir, "spool"),
    // For sabotaged agents alone: ours know it from the task.
    FAULTS_INTERVAL_MS: String(load.intervalS * 1000),
  });
  return { registries, schedulers, agents, endpoints };
}

const upWithinMs = 60_000;

async function untilAllRan(witness: Witness, pairs: number, signal: AbortSignal): Promise<void> {
  const untilMs = performance.now() + upWithinMs;
  while (witness.pairsThatRan < pairs) {
    if (performance.now() > untilMs) {
      throw new Error(`after ${upWithinMs / 1000} s only ${witness.pairsThatRan} of ${pairs} pairs have run`);
    }
    await pause(100, signal);
  }
}
