import type { Bus } from "@ocelli/bus";
import type { PluginSpec, Resource } from "@ocelli/model";
import { Scheduler as SchedulerService } from "@ocelli/proto/scheduler";
import { type Client, connect, createClient } from "@ocelli/rpc";
import { openTestBus, realClock, silent, startNats, type TestNats } from "@ocelli/test-kit";
import { SchedulerConfig } from "../config.js";
import { runScheduler } from "../run-scheduler.js";
import { aRecord, aSpec } from "./builders.js";

export interface RunningScheduler {
  readonly rpc: Client<typeof SchedulerService>;
  /** Stops it as SIGTERM does. */
  stop(): Promise<void>;
}

/** A real broker, a bus of the test's own, and real schedulers in this process. */
export class Mesh {
  readonly nats: TestNats;
  readonly bus: Bus;
  readonly #partitions: number;
  readonly #open: (() => Promise<void>)[] = [];

  private constructor(nats: TestNats, bus: Bus, partitions: number) {
    this.nats = nats;
    this.bus = bus;
    this.#partitions = partitions;
  }

  static async open(partitions: number): Promise<Mesh> {
    const nats = await startNats();
    return new Mesh(nats, await openTestBus(nats.url, { partitions }), partitions);
  }

  async close(): Promise<void> {
    await Promise.all(this.#open.map((end) => end()));
    await this.bus.close();
    await this.nats.stop();
  }

  async putPlugin(overrides: Partial<PluginSpec>): Promise<void> {
    const spec = aSpec(overrides);
    await this.bus.plugins.put(spec.name, { name: spec.name, active: spec, candidate: undefined, problems: [] });
  }

  async putResources(resources: readonly Resource[]): Promise<void> {
    await Promise.all(resources.map((resource) => this.bus.resources.put(resource.id, aRecord(resource))));
  }

  async start(id: string): Promise<RunningScheduler> {
    const settings = SchedulerConfig.parse({
      scheduler: { id },
      nats: { urls: this.nats.url, partitions: String(this.#partitions) },
    });
    const stop = new AbortController();
    let running: Promise<void> = Promise.resolve();
    const endpoint = await new Promise<string>((onReady, onFailed) => {
      running = runScheduler(settings, { clock: realClock, log: silentLog, onReady }, stop.signal);
      running.catch(onFailed);
    });
    const connection = connect(endpoint);
    const end = async (): Promise<void> => {
      stop.abort();
      connection.close();
      await running;
    };
    this.#open.push(end);
    return { rpc: createClient(SchedulerService, connection), stop: end };
  }
}

const silentLog = { ...silent, error() {} };
