import { type Bus, type BusLog, holdLease } from "@ocelli/bus";
import { type Clock, linkSignals, OcelliError, type PluginReport } from "@ocelli/model";
import type { HostedPlugins } from "../domain/ports.js";
import type { RunLog } from "../domain/run-log.js";
import { driveSink, type SinkWriter } from "../domain/sink-driver.js";
import { busSinkFeed } from "./bus-sink-feed.js";

export interface FleetDeps {
  readonly bus: Pick<Bus, "leases" | "brokerNowMs" | "results" | "events" | "mesh">;
  readonly hosted: HostedPlugins;
  readonly clock: Clock;
  readonly log: BusLog;
  readonly runLog: RunLog;
  /** Unique for each start of the agent. */
  readonly holder: string;
  /** What is told of a plugin changed. */
  readonly onChange: () => void;
}

interface Driven {
  readonly stop: AbortController;
  readonly ended: Promise<void>;
}

const leaseMs = 5_000;

/** Feeds the sinks that are ready here, each as long as this agent holds its lease: one driver for each in the whole mesh. */
export class SinkFleet {
  readonly #deps: FleetDeps;
  readonly #driven = new Map<string, Driven>();
  readonly #troubles = new Map<string, string>();

  constructor(deps: FleetDeps) {
    this.#deps = deps;
  }

  /** Drives the sinks that are ready, and no others. */
  serve(): void {
    const ready = this.#deps.hosted.ready();
    for (const [name, { stop }] of this.#driven) {
      if (ready.get(name)?.kind === "sink") continue;
      this.#driven.delete(name);
      this.#troubles.delete(name);
      stop.abort();
    }
    for (const [name, { kind }] of ready) {
      if (kind !== "sink" || this.#driven.has(name)) continue;
      const stop = new AbortController();
      this.#driven.set(name, { stop, ended: this.#drive(name, stop.signal) });
    }
  }

  /** A report with what its sink complains of. */
  withTrouble(report: PluginReport): PluginReport {
    const trouble = this.#troubles.get(report.plugin);
    return trouble === undefined || report.lastError !== "" ? report : { ...report, lastError: trouble };
  }

  async close(): Promise<void> {
    const driven = [...this.#driven.values()];
    for (const { stop } of driven) stop.abort();
    await Promise.all(driven.map(({ ended }) => ended));
  }

  async #drive(plugin: string, signal: AbortSignal): Promise<void> {
    const { bus, clock, log, runLog, holder } = this.#deps;
    await holdLease(
      { leases: bus.leases, brokerNowMs: () => bus.brokerNowMs(), clock, log },
      { key: `sink.${plugin}`, holder, leaseMs },
      async (lost) => {
        const feed = busSinkFeed(bus, clock, plugin, () => runLog.count("results_stale"), lost);
        const onTrouble = (reason: string): void => {
          log.warn({ plugin, reason }, "sink does not store; its results wait");
          this.#trouble(plugin, reason);
        };
        const open = (stop: AbortSignal): Promise<SinkWriter> => this.#open(plugin, stop);
        await driveSink({ clock, log: runLog, feed, open, onTrouble }, lost);
      },
      signal,
    );
  }

  /** A writer that ends as soon as its plugin has another revision or process. */
  async #open(name: string, signal: AbortSignal): Promise<SinkWriter> {
    const { hosted } = this.#deps;
    const plugin = hosted.ready().get(name);
    if (!plugin) throw new OcelliError("unavailable", `${name} is not ready`);
    const replaced = linkSignals(signal);
    const unsubscribe = hosted.onChange(() => {
      if (hosted.ready().get(name) !== plugin) replaced.abort("replaced");
    });
    const writer = await plugin.openSink(replaced.signal);
    return {
      write: async (records, stop) => {
        const receipt = await writer.write(records, stop);
        if (!receipt.fault) this.#trouble(name, undefined);
        return receipt;
      },
      close: async () => {
        unsubscribe();
        await writer.close();
        replaced[Symbol.dispose]();
      },
    };
  }

  #trouble(plugin: string, reason: string | undefined): void {
    if (this.#troubles.get(plugin) === reason) return;
    if (reason === undefined) this.#troubles.delete(plugin);
    else this.#troubles.set(plugin, reason);
    this.#deps.onChange();
  }
}
