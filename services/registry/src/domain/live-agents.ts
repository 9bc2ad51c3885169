import type { AgentStatus, PluginReport } from "@ocelli/model";
import type { Stored } from "./ports.js";

/** Whether a lease that came with a stored entry still holds at `nowMs` of the broker's clock. */
export function leaseHolds<Key>(entry: Stored<{ readonly leaseMs: number }, Key>, nowMs: number): boolean {
  return nowMs < entry.storedAtMs + entry.value.leaseMs;
}

/** The agents whose word still counts. An agent that stopped renewing its status says nothing any more. */
export function liveAgents(entries: Iterable<Stored<AgentStatus>>, nowMs: number): AgentStatus[] {
  return [...entries].filter((entry) => leaseHolds(entry, nowMs)).map((entry) => entry.value);
}

/** Names one start of one agent: an agent that restarted may have another module and judges anew. */
export function startOf(agent: AgentStatus): string {
  return `${agent.agentId}\u0000${agent.bootId}`;
}

/** What the agents say of one plugin, ordered by agent. */
export function reportsOf(agents: readonly AgentStatus[], plugin: string): PluginReport[] {
  return agents
    .flatMap((agent) => agent.reports.filter((report) => report.plugin === plugin))
    .sort((a, b) => (a.agentId < b.agentId ? -1 : 1));
}
