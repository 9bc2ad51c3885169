import { type Bus, type BusLog, holdLease } from "@ocelli/bus";
import { type Clock, linkSignals, messageOf, OcelliError, type PluginReport } from "@ocelli/model";
import type { HostedPlugins } from "../domain/ports.js";
import type { RunLog } from "../domain/run-log.js";
import { driveSink, type SinkFeed, type SinkWriter } from "../domain/sink-driver.js";
import { busSinkFeed, type SinkFeedDeps } from "./bus-sink-feed.js";

export interface FleetDeps {
  readonly bus: Pick<Bus, "leases" | "brokerNowMs" | "results" | "events" | "mesh" | "positions">;
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
const againMs = 500;

/** Feeds the sinks that are ready here, each as long as this agent holds its lease: one driver for each in the whole mesh. */
export class SinkFleet {
  readonly #deps: FleetDeps;
  readonly #driven = new Map<string, Driven>();
  readonly #ending = new Set<Promise<void>>();
  readonly #troubles = new Map<string, string>();

  constructor(deps: FleetDeps) {
    this.#deps = deps;
  }

  /** Drives the sinks that are ready, and no others. */
  serve(): void {
    const ready = this.#deps.hosted.ready();
    for (const [name, { stop, ended }] of this.#driven) {
      if (ready.get(name)?.kind === "sink") continue;
      this.#driven.delete(name);
      this.#ending.add(ended);
      void ended.finally(() => this.#ending.delete(ended));
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
    await Promise.all([...driven.map(({ ended }) => ended), ...this.#ending]);
  }

  async #drive(plugin: string, signal: AbortSignal): Promise<void> {
    const { bus, clock, log, runLog, holder } = this.#deps;
    await holdLease(
      { leases: bus.leases, brokerNowMs: () => bus.brokerNowMs(), clock, log },
      { key: `sink.${plugin}`, holder, leaseMs },
      async (lost) => {
        const onStale = (): void => runLog.count("results_stale");
        const onUnkept = (reason: string): void => log.warn({ plugin, reason }, "the sink's place is not kept yet");
        const feed = await this.#feedOf(plugin, { bus, clock, onStale, onUnkept }, lost);
        if (!feed) return;
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

  /** The feed, as soon as the broker tells where the sink stopped. Undefined where the lease was lost before. */
  async #feedOf(plugin: string, deps: SinkFeedDeps, lost: AbortSignal): Promise<SinkFeed | undefined> {
    while (!lost.aborted) {
      try {
        return await busSinkFeed(deps, plugin, lost);
      } catch (error) {
        this.#deps.log.debug({ plugin, reason: messageOf(error) }, "the sink's place cannot be read yet");
        await deps.clock.sleep(againMs, lost);
      }
    }
    return undefined;
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
    const letGo = (): void => {
      unsubscribe();
      replaced[Symbol.dispose]();
    };
    const writer = await plugin.openSink(replaced.signal).catch((error: unknown) => {
      letGo();
      throw error;
    });
    return {
      write: async (records, stop) => {
        const receipt = await writer.write(records, stop);
        if (!receipt.fault) this.#trouble(name, undefined);
        return receipt;
      },
      close: async () => {
        letGo();
        await writer.close();
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
