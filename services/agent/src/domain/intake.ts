import type { Clock } from "@ocelli/model";
import type { RunLog } from "./run-log.js";
import type { BrokerView, OfferedTask, WorkPlugin } from "./run-ports.js";
import type { Runner } from "./runner.js";

/** Takes tasks of one plugin until `signal` aborts. */
export interface TaskSource {
  take(
    options: {
      plugin: string;
      free: () => number;
      /** The most of this plugin that may be under way at a time. */
      maxInFlight: () => number;
      onTask: (offered: OfferedTask) => void;
      onGarbage: (reason: string) => void;
    },
    signal: AbortSignal,
  ): { kick(): void };
}

export interface IntakeDeps {
  readonly clock: Clock;
  readonly broker: BrokerView;
  readonly tasks: TaskSource;
  readonly runner: Runner;
  readonly log: RunLog;
  /** Most places in use over all plugins. */
  readonly maxInFlight: number;
  readonly onGarbage: (plugin: string, reason: string) => void;
}

interface Taking {
  plugin: WorkPlugin;
  readonly stop: AbortController;
  readonly source: { kick(): void };
}

const fullRetryMs = 250;

/** How long a free place waits for others, in ms: asking the broker for each alone would cost more than its run. */
const kickAfterMs = 2;

/** Decides how many tasks of which plugin may come in: never more than there are places for the plugin and in all. */
export class Intake {
  readonly #deps: IntakeDeps;
  readonly #taking = new Map<string, Taking>();
  #open = true;
  #kicking = false;

  constructor(deps: IntakeDeps) {
    this.#deps = deps;
  }

  /** The plugins that are ready now: takes tasks of those, and of no others. */
  serve(plugins: ReadonlyMap<string, WorkPlugin>): void {
    for (const [name, { stop }] of this.#taking) {
      if (plugins.has(name)) continue;
      this.#taking.delete(name);
      stop.abort();
    }
    for (const [name, plugin] of plugins) {
      if (plugin.kind === "sink") continue;
      const taking = this.#taking.get(name);
      if (taking) taking.plugin = plugin;
      else if (this.#open) this.#taking.set(name, this.#take(name, plugin));
    }
  }

  /** A place became free: for its plugin, and for others that the total held back. */
  kick(): void {
    if (this.#kicking) return;
    this.#kicking = true;
    void this.#deps.clock.sleep(kickAfterMs).then(() => {
      this.#kicking = false;
      for (const { source } of this.#taking.values()) source.kick();
    });
  }

  /** Takes nothing new until it is opened again. */
  close(): void {
    this.#open = false;
    for (const { stop } of this.#taking.values()) stop.abort();
    this.#taking.clear();
  }

  open(): void {
    this.#open = true;
  }

  #take(name: string, plugin: WorkPlugin): Taking {
    const { tasks, runner, maxInFlight, onGarbage, log, broker } = this.#deps;
    const stop = new AbortController();
    const beganAtMs = broker.nowMs();
    const ofPlugin = (): number => (this.#taking.get(name)?.plugin ?? plugin).spec.maxInFlight;
    const free = (): number => Math.min(ofPlugin() - runner.placesTaken(name), maxInFlight - runner.placesTaken());
    const onTask = (offered: OfferedTask): void => {
      const current = this.#taking.get(name);
      // Plugins and partitions pull side by side: together they may bring more than there are places.
      if (!current) offered.retry(0);
      else if (free() <= 0) offered.retry(fullRetryMs);
      else {
        const sinceMs = Math.max(beganAtMs, broker.reconnectedAtMs());
        runner.offer(offered, current.plugin, { sinceMs, signal: stop.signal });
      }
    };
    const garbage = (reason: string): void => {
      log.count("tasks_garbage");
      onGarbage(name, reason);
    };
    const options = {
      plugin: name,
      free,
      maxInFlight: () => Math.min(ofPlugin(), maxInFlight),
      onTask,
      onGarbage: garbage,
    };
    return { plugin, stop, source: tasks.take(options, stop.signal) };
  }
}
