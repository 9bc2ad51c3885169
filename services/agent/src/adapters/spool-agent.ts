import type { Bus } from "@ocelli/bus";
import { type Clock, messageOf } from "@ocelli/model";
import type { Logger } from "@ocelli/runtime";
import type { RunLog } from "../domain/run-log.js";
import type { Spool } from "../domain/spool.js";
import { spoolDirectory } from "./spool-directory.js";
import { openSpool } from "./spool-open.js";
import { recoverLeft } from "./spool-recovery.js";

export interface AgentSpoolDeps {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Logger;
  readonly count: RunLog["count"];
}

/** The spool of an agent, and what its earlier processes left in it. */
export interface AgentSpool extends Spool {
  /** Publishes what was left. Never throws. */
  recover(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

const mib = 1 << 20;
const nanosPerMs = 1e6;

export async function openAgentSpool(
  settings: { readonly directory: string; readonly max_mib: number },
  agentId: string,
  { bus, clock, log, count }: AgentSpoolDeps,
): Promise<AgentSpool> {
  const directory = await spoolDirectory(settings.directory, process.env);
  if (directory === undefined && settings.directory === "")
    log.warn("there is no [spool] directory: results that wait for the broker are in memory only");
  const event: Bus["events"]["publish"] = (one) => bus.events.publish(one);
  const options = { directory, agentId, mesh: bus.mesh.id, maxBytes: settings.max_mib * mib };
  const opened = await openSpool(options, { clock, log, event, count });
  return {
    keep: (run) => opened.spool.keep(run),
    async recover(signal) {
      if (opened.left.count === 0) return;
      const deps = {
        ...{ bus, clock, log, event },
        keptForMs: await keptForMs(bus, clock, signal),
        onEnd: (end: keyof typeof counters) => count(counters[end]),
        done: opened.done,
      };
      await recoverLeft(opened.left, deps, signal).catch((error: unknown) => {
        log.warn({ reason: messageOf(error) }, "the spool cannot be worked off; the next start tries again");
      });
    },
    close: () => opened.close(),
  };
}

const counters = {
  stored: "spool_published",
  expired: "spool_expired",
  stale: "results_stale",
  too_large: "results_stale",
} as const;

/** The age up to which the mesh keeps results, asked until the broker says it. */
async function keptForMs({ link }: Bus, clock: Clock, signal: AbortSignal): Promise<number> {
  while (!signal.aborted) {
    try {
      const { config } = await link.jsm.streams.info(link.names.results);
      return config.max_age / nanosPerMs;
    } catch {
      await clock.sleep(1_000, signal);
    }
  }
  return 0;
}
