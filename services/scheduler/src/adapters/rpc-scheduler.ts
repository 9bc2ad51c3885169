import { nearest, OcelliError, type Pause } from "@ocelli/model";
import { PollNowOutcome, Scheduler as SchedulerService } from "@ocelli/proto/scheduler";
import { implement, type ServiceImplementation } from "@ocelli/rpc";
import { listDue, listLate, listPairs } from "../domain/pair-views.js";
import { type PollNowOutcome as Outcome, pollNow } from "../domain/poll-now.js";
import type { Broker, Events, Registers, TaskQueue } from "../domain/ports.js";
import type { Scheduler } from "../domain/scheduler.js";
import { pairStatusOf } from "./pair-status.js";

export interface RpcDeps {
  readonly id: string;
  readonly partitions: number;
  readonly scheduler: Scheduler;
  readonly broker: Broker;
  readonly registers: Registers;
  readonly tasks: TaskQueue;
  readonly events: Events;
  /** Operators' pauses, as every scheduler reads them. */
  readonly pauses: { put(key: string, pause: Pause): Promise<unknown>; remove(key: string): Promise<unknown> };
}

const limitDefault = 100;
const limitMax = 1_000;

/** What a scheduler answers. Lists tell of the partitions it leads; poll now, pause and resume work for all. */
export function schedulerService(deps: RpcDeps): ServiceImplementation {
  const { scheduler, broker } = deps;
  const led = () => [...scheduler.partitions()].filter(({ cursorMs }) => cursorMs !== undefined);
  return implement(SchedulerService, {
    getStatus: () => statusOf(deps),
    listDue: ({ plugin, resourceId, limit }) => ({
      pairs: listDue(led(), { plugin, resourceId, limit: limitOf(limit) }, broker.nowMs()).map(pairStatusOf),
    }),
    listLate: ({ limit }) => ({ pairs: listLate(led(), limitOf(limit), broker.nowMs()).map(pairStatusOf) }),
    listPairs: ({ plugin, resourceId, limit }) => ({
      pairs: listPairs(led(), { plugin, resourceId, limit: limitOf(limit) }, broker.nowMs()).map(pairStatusOf),
    }),
    pollNow: async ({ plugin, resourceId, force }) => {
      const { plan } = scheduler;
      const ledPartition = (number: number) => led().find((partition) => partition.number === number);
      const limitsOf = (endpoint: string) => scheduler.devices.limitsOf(endpoint);
      return pollResponseOf(await pollNow({ ...deps, plan, ledPartition, limitsOf }, { plugin, resourceId, force }));
    },
    pausePlugin: async ({ plugin, reason }) => {
      checkPlugin(scheduler, plugin);
      await deps.pauses.put(plugin, { plugin, sinceAtMs: broker.nowMs() || 0, reason });
      const message = `${plugin} is paused${reason ? `: ${reason}` : ""}`;
      deps.events.publish({ type: "plugin.paused", plugin, resourceId: "", message, attributes: { reason } });
      return {};
    },
    resumePlugin: async ({ plugin }) => {
      if (!scheduler.catalogue.pauses.has(plugin)) {
        checkPlugin(scheduler, plugin);
        return {};
      }
      await deps.pauses.remove(plugin);
      const message = `${plugin} goes on`;
      deps.events.publish({ type: "plugin.resumed", plugin, resourceId: "", message, attributes: {} });
      return {};
    },
  });
}

function statusOf({ id, partitions, scheduler, broker }: RpcDeps) {
  const { leads, pairs, tasksSent, missed } = scheduler.status();
  return {
    schedulerId: id,
    leads: [...leads],
    partitions,
    pairs,
    tasksSent: BigInt(tasksSent),
    missed: missed.map((count) => ({ ...count, slots: BigInt(count.slots) })),
    paused: [...scheduler.catalogue.pauses.values()].map((pause) => ({ ...pause, sinceAtMs: BigInt(pause.sinceAtMs) })),
    brokerNowMs: BigInt(broker.nowMs() || 0),
    brokerKnown: broker.known(),
  };
}

function pollResponseOf(outcome: Outcome) {
  switch (outcome.kind) {
    case "sent":
      return {
        outcome: PollNowOutcome.SENT,
        slotAtMs: BigInt(outcome.slotAtMs),
        message: outcome.wasForced ? "sent, although it is too soon or the device busy" : "sent",
      };
    case "too_soon":
      return {
        outcome: PollNowOutcome.TOO_SOON,
        waitMs: BigInt(outcome.waitMs),
        message: `too soon after the last run: ${seconds(outcome.waitMs)} left`,
      };
    case "running":
      return {
        outcome: PollNowOutcome.RUNNING,
        waitMs: BigInt(outcome.waitMs),
        message: `runs already, on ${outcome.agentId}; its lease holds for ${seconds(outcome.waitMs)} more unless it is renewed`,
      };
    case "device_busy":
      return {
        outcome: PollNowOutcome.DEVICE_BUSY,
        waitMs: BigInt(outcome.waitMs),
        message: `its device is busy: ${outcome.why}`,
      };
    case "pending":
      return { outcome: PollNowOutcome.PENDING, message: "a task of this pair waits for an agent already" };
  }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function limitOf(limit: number): number {
  if (limit > limitMax) throw new OcelliError("invalid", `limit ${limit} is above ${limitMax}`);
  return limit === 0 ? limitDefault : limit;
}

function checkPlugin({ catalogue }: Scheduler, name: string): void {
  if (catalogue.has(name)) return;
  const near = nearest(name, catalogue.names());
  throw new OcelliError("not_found", `no plugin ${name}${near ? `; did you mean ${near}?` : ""}`);
}
