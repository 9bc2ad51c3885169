import type { GetStatusResponse as AgentStatusAnswer } from "@ocelli/proto/agent";
import type { ListServicesResponse, PluginStatus, ServicePresence } from "@ocelli/proto/registry";
import type { GetStatusResponse as SchedulerStatusAnswer } from "@ocelli/proto/scheduler";
import { type Answers, askAll, type MeshClient } from "../mesh.js";
import { type PairView, pairView } from "../views/pair-view.js";
import { type PluginView, pluginView } from "../views/plugin-view.js";

/** Everything that was heard of a mesh. */
export interface Heard {
  readonly info: ListServicesResponse;
  readonly plugins: readonly PluginStatus[];
  readonly schedulers: Answers<{ readonly status: SchedulerStatusAnswer; readonly late: readonly PairView[] }>;
  readonly agents: Answers<AgentStatusAnswer>;
}

const lateMax = 1_000;

/** Asks everybody at the same time. Throws where no registry answers. */
export async function gather(mesh: MeshClient): Promise<Heard> {
  const [info, { plugins }] = await Promise.all([mesh.services(), mesh.registry.listPlugins({})]);
  const [schedulers, agents] = await Promise.all([
    askAll(mesh.schedulersOf(info.services), async (client) => {
      const [status, late] = await Promise.all([client.getStatus({}), client.listLate({ limit: lateMax })]);
      return { status, late: late.pairs.map(pairView) };
    }),
    askAll(mesh.agentsOf(info.services), (client) => client.getStatus({})),
  ]);
  return { info, plugins, schedulers, agents };
}

export interface ProcessView {
  readonly kind: string;
  readonly id: string;
  readonly endpoint: string;
  readonly host: string;
  readonly pid: number;
  readonly version: string;
  /** Epoch ms of its own clock. */
  readonly startedAtMs: number;
  readonly leader: boolean;
  /** How far its wall clock is ahead of the broker's; 0 while it is unknown. */
  readonly clockSkewMs: number;
  /** Why it does not answer; empty where it does. */
  readonly silent: string;
}

export interface SchedulerView {
  readonly id: string;
  readonly leads: readonly number[];
  readonly pairs: number;
  readonly tasksSent: number;
  readonly brokerKnown: boolean;
}

export interface AgentView {
  readonly id: string;
  readonly inFlight: number;
  readonly maxInFlight: number;
  readonly publishing: number;
  readonly draining: boolean;
  readonly brokerKnown: boolean;
}

export interface MissedView {
  readonly plugin: string;
  readonly reason: string;
  readonly slots: number;
}

/** A mesh at one moment. */
export interface MeshState {
  readonly mesh: string;
  readonly broker: string;
  readonly processes: readonly ProcessView[];
  readonly partitions: number;
  /** Partitions that nobody leads. */
  readonly unled: readonly number[];
  readonly schedulers: readonly SchedulerView[];
  readonly agents: readonly AgentView[];
  readonly plugins: readonly PluginView[];
  readonly pausedPlugins: readonly { readonly plugin: string; readonly reason: string; readonly sinceAtMs: number }[];
  /** Slots since the schedulers started. */
  readonly missed: readonly MissedView[];
  /** Latest first. */
  readonly late: readonly PairView[];
}

export function meshState({ info, plugins, schedulers, agents }: Heard): MeshState {
  const statuses = schedulers.answers.map(({ answer }) => answer.status);
  const silent = new Map([...schedulers.silent, ...agents.silent].map(({ id, reason }) => [id, reason]));
  const partitions = Math.max(0, ...statuses.map((status) => status.partitions));
  const led = new Set(statuses.flatMap((status) => status.leads));
  return {
    mesh: info.mesh,
    broker: info.broker,
    processes: info.services.map((presence) => processView(presence, silent.get(presence.id) ?? "")),
    partitions,
    unled: Array.from({ length: partitions }, (_, number) => number).filter((number) => !led.has(number)),
    schedulers: statuses.map(({ schedulerId, leads, pairs, tasksSent, brokerKnown }) => {
      return { id: schedulerId, leads, pairs, tasksSent: Number(tasksSent), brokerKnown };
    }),
    agents: agents.answers.map(({ id, answer }) => {
      const { inFlight, maxInFlight, publishing, brokerKnown, status } = answer;
      return { id, inFlight, maxInFlight, publishing, draining: status?.draining ?? false, brokerKnown };
    }),
    plugins: plugins.map(pluginView),
    pausedPlugins: (statuses[0]?.paused ?? []).map(({ plugin, reason, sinceAtMs }) => {
      return { plugin, reason, sinceAtMs: Number(sinceAtMs) };
    }),
    missed: mergeMissed(statuses.flatMap((status) => status.missed)),
    late: schedulers.answers.flatMap(({ answer }) => answer.late).sort((a, b) => b.lateMs - a.lateMs),
  };
}

function processView(presence: ServicePresence, silent: string): ProcessView {
  const { kind, id, endpoint, host, pid, version, leader } = presence;
  const clock = { startedAtMs: Number(presence.startedAtMs), clockSkewMs: Number(presence.clockSkewMs ?? 0) };
  return { kind, id, endpoint, host, pid, version, ...clock, leader, silent };
}

/** By plugin and reason over all schedulers, most first. */
function mergeMissed(counts: SchedulerStatusAnswer["missed"]): MissedView[] {
  const merged = new Map<string, MissedView>();
  for (const { plugin, reason, slots } of counts) {
    const key = JSON.stringify([plugin, reason]);
    merged.set(key, { plugin, reason, slots: (merged.get(key)?.slots ?? 0) + Number(slots) });
  }
  return [...merged.values()].sort((a, b) => b.slots - a.slots);
}
