import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Bus, tailEvents } from "@ocelli/bus";
import type { MeshEvent, PluginReport, Resource } from "@ocelli/model";
import { Feed, ModuleRegistry, Registry } from "@ocelli/proto/registry";
import { type Client, connect, createClient } from "@ocelli/rpc";
import { openTestBus, realClock, silent, startNats, type TestNats } from "@ocelli/test-kit";
import { RegistryConfig } from "../config.js";
import { runRegistry } from "../run-registry.js";
import { aReport, aResult } from "./builders.js";

export interface RunningRegistry {
  readonly registry: Client<typeof Registry>;
  readonly feed: Client<typeof Feed>;
  readonly modules: Client<typeof ModuleRegistry>;
  /** Ends it in order. */
  stop(): Promise<void>;
}

/** A broker, a directory for plugin files, and a bus to play the agents on. */
export interface World {
  readonly nats: TestNats;
  readonly bus: Bus;
  readonly directory: string;
  /** Every event since the start. */
  readonly events: MeshEvent[];
  eventsOf(about: { plugin?: string; resourceId?: string }): string[];
  start(own?: Record<string, string>): Promise<RunningRegistry>;
  write(name: string, text: string): Promise<void>;
  /** Says, as an agent does, what it makes of plugins. */
  report(agentId: string, ...reports: Partial<PluginReport>[]): Promise<void>;
  /** Publishes a complete discovery in one part. */
  discover(plugin: string, fence: number, resources: readonly Resource[], scopes?: string[]): Promise<void>;
  close(): Promise<void>;
}

export async function openWorld(): Promise<World> {
  const nats = await startNats();
  const bus = await openTestBus(nats.url);
  const directory = await mkdtemp(join(tmpdir(), "ocelli-registry-"));
  const events: MeshEvent[] = [];
  const stop = new AbortController();
  const running: RunningRegistry[] = [];
  const tailing = new Promise<void>((resolve, reject) => {
    const on = { started: resolve, entry: (event: MeshEvent) => void events.push(event) };
    tailEvents(bus.link, { plugin: "", resourceId: "", sinceMs: 0 }, on, stop.signal).catch(reject);
  });
  await tailing;
  const world: World = {
    nats,
    bus,
    directory,
    events,
    eventsOf: ({ plugin, resourceId }) =>
      events
        .filter((event) => plugin === undefined || event.plugin === plugin)
        .filter((event) => resourceId === undefined || event.resourceId === resourceId)
        .map((event) => event.type),
    start: async (own = {}) => {
      const one = await startRegistry(nats.url, { plugin_directories: directory, ...own });
      running.push(one);
      return one;
    },
    write: async (name, text) => {
      await writeFile(join(directory, `.${name}.tmp`), text);
      await rename(join(directory, `.${name}.tmp`), join(directory, name));
    },
    report: async (agentId, ...reports) => {
      const own = reports.map((one) => aReport({ agentId, ...one }));
      await bus.agents.put(agentId, { agentId, bootId: "b1", leaseMs: 600_000, draining: false, reports: own });
    },
    discover: async (plugin, fence, resources, scopes = []) => {
      const discovery = { resources, summary: { complete: true, resources: resources.length, scopes } };
      await bus.results.publish(aResult({ plugin, fence, discovery }), stop.signal);
    },
    close: async () => {
      await Promise.all(running.map((one) => one.stop()));
      stop.abort();
      await bus.close();
      await nats.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
  return world;
}

async function startRegistry(url: string, own: Record<string, string>): Promise<RunningRegistry> {
  const settings = RegistryConfig.parse({ registry: own, nats: { urls: url } });
  const stopping = new AbortController();
  let ended: Promise<void> = Promise.resolve();
  const endpoint = await new Promise<string>((resolve, reject) => {
    const log = { ...silent, error: () => {} };
    ended = runRegistry(settings, { clock: realClock, log, onReady: resolve }, stopping.signal);
    ended.catch(reject);
  });
  const connection = connect(endpoint);
  return {
    registry: createClient(Registry, connection),
    feed: createClient(Feed, connection),
    modules: createClient(ModuleRegistry, connection),
    stop: async () => {
      connection.close();
      stopping.abort();
      await ended;
    },
  };
}

/** A good plugin file, with lines of its own behind `[main]`. */
export function pluginText(name: string, main = "", sections = ""): string {
  return `[Core]
Name = ${name}
Module = ./nowhere/${name}

[Documentation]
Author = A. Tester
Version = 0.1.0
Website = https://example.org
Description = A plugin of a test

[main]
execute_frequency = 60
${main}
${sections}`;
}
