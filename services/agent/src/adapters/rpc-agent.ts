import { agentStatusToProto, kindWords, statusToProto } from "@ocelli/codec";
import type { AgentStatus, Clock } from "@ocelli/model";
import { Agent } from "@ocelli/proto/agent";
import { implement, type ServiceImplementation } from "@ocelli/rpc";
import type { ActiveRun } from "../domain/active-run.js";
import type { FinishedRun, RunLog } from "../domain/run-log.js";
import type { BrokerView } from "../domain/run-ports.js";
import type { Runner } from "../domain/runner.js";

export interface AgentView {
  readonly clock: Clock;
  readonly runner: Runner;
  readonly log: RunLog;
  readonly broker: BrokerView;
  readonly maxInFlight: number;
  readonly graceMs: number;
  status(): AgentStatus;
  /** Takes nothing new. */
  drain(): void;
  undrain(): void;
}

const defaultLimit = 100;
const longestList = 1_000;

/** The agent's own gRPC service. */
export function agentService(view: AgentView): ServiceImplementation {
  const { runner, log, broker } = view;
  return implement(Agent, {
    async getStatus() {
      return {
        status: agentStatusToProto(view.status()),
        inFlight: runner.active.size,
        maxInFlight: view.maxInFlight,
        counters: [...log.counters()].map(([name, count]) => ({ name, count: BigInt(count) })),
        publishing: [...runner.active].filter(({ phase }) => phase === "finishing").length,
        brokerKnown: broker.known(),
      };
    },
    async listRuns() {
      const nowMonoMs = view.clock.monotonicMs();
      const runs = [...runner.active].sort((a, b) => a.startedMonoMs - b.startedMonoMs).slice(0, longestList);
      return { runs: runs.map((run) => activeStatus(run, nowMonoMs)) };
    },
    async listLastRuns({ plugin, resourceId, limit }) {
      const wanted = (run: FinishedRun): boolean =>
        (plugin === "" || run.plugin === plugin) && (resourceId === "" || run.resourceId === resourceId);
      return { runs: log.newest(Math.min(limit || defaultLimit, longestList), wanted).map(finishedStatus) };
    },
    async drain({ graceMs }) {
      view.drain();
      return { left: await runner.drained(graceMs || view.graceMs) };
    },
    async undrain() {
      view.undrain();
      return {};
    },
  });
}

function activeStatus(run: ActiveRun, nowMonoMs: number) {
  return {
    kind: kindWords.to(run.task.kind),
    ...run.pair,
    fence: BigInt(run.fence),
    slotAtMs: BigInt(run.task.slotAtMs),
    startedAtMs: BigInt(run.startedAtMs),
    tookMs: Math.round(nowMonoMs - run.startedMonoMs),
  };
}

function finishedStatus(run: FinishedRun) {
  return {
    ...run,
    kind: kindWords.to(run.kind),
    fence: BigInt(run.fence),
    slotAtMs: BigInt(run.slotAtMs),
    startedAtMs: BigInt(run.startedAtMs),
    status: statusToProto(run.status),
  };
}
