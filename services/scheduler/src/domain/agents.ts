import type { AgentStatus, Kind, PluginReport } from "@ocelli/model";

/** What all agents together say of one plugin. */
export interface Standing {
  /** An agent that lives and takes work reports it ready. */
  readonly ready: boolean;
  /** Until when that is so by what the agents said so far, in epoch ms; 0 where none says so. */
  readonly readyUntilAtMs: number;
  /** The service it uses, as an agent that lives says, else as any agent said; undefined where none did. */
  readonly kind: Kind | undefined;
  /** Some agent reports it ready, be it alive or not. */
  readonly everReady: boolean;
}

interface Known {
  readonly status: AgentStatus;
  readonly storedAtMs: number;
}

/** The agents by their last words. Instants are epoch ms of the broker's clock. */
export class Agents {
  readonly #agents = new Map<string, Known>();
  /** While the broker was away nobody could say anything: whose words held then gets a lease to repeat them. */
  #graceFromMs = Number.NEGATIVE_INFINITY;
  #awaySinceMs = Number.NEGATIVE_INFINITY;

  put(status: AgentStatus, storedAtMs: number): void {
    this.#agents.set(status.agentId, { status, storedAtMs });
  }

  gone(agentId: string): void {
    this.#agents.delete(agentId);
  }

  /** The broker was away from `sinceMs` and is back. */
  brokerBack(sinceMs: number, nowMs: number): void {
    this.#awaySinceMs = sinceMs;
    this.#graceFromMs = nowMs;
  }

  standings(nowMs: number): Map<string, Standing> {
    const standings = new Map<string, Standing>();
    for (const known of this.#agents.values()) {
      const { status, storedAtMs } = known;
      const alive = this.#lives(known, nowMs);
      const workEndAtMs = status.draining ? 0 : storedAtMs + status.leaseMs;
      for (const report of status.reports) {
        const before = standings.get(report.plugin);
        standings.set(report.plugin, joined(before, report, alive, workEndAtMs));
      }
    }
    return standings;
  }

  #lives({ status, storedAtMs }: Known, nowMs: number): boolean {
    const endAtMs = storedAtMs + status.leaseMs;
    return nowMs < endAtMs || (endAtMs >= this.#awaySinceMs && nowMs < this.#graceFromMs + status.leaseMs);
  }
}

function joined(before: Standing | undefined, report: PluginReport, alive: boolean, workEndAtMs: number): Standing {
  const isReady = report.state === "ready";
  return {
    ready: (before?.ready ?? false) || (isReady && alive && workEndAtMs > 0),
    readyUntilAtMs: Math.max(before?.readyUntilAtMs ?? 0, isReady ? workEndAtMs : 0),
    kind: alive ? (report.service ?? before?.kind) : (before?.kind ?? report.service),
    everReady: (before?.everReady ?? false) || isReady,
  };
}
