import type { Fault, PluginSpec, PollAnswer, Resource, Result, Task, WorkItem } from "@ocelli/model";
import { ManualClock } from "@ocelli/test-kit";
import { RunLog } from "../domain/run-log.js";
import type {
  ClaimOutcome,
  Grant,
  Guard,
  HoldOutcome,
  OfferedTask,
  WorkModule,
  WorkPlugin,
} from "../domain/run-ports.js";
import { Runner, type RunnerDeps } from "../domain/runner.js";

export const resource: Resource = {
  id: "sw1",
  site: "",
  class: "network",
  subclass: "",
  type: "",
  endpoint: "10.0.0.1",
  metadata: {},
  parents: [],
  ttlS: 0,
};

export const spec: PluginSpec = {
  name: "p",
  revision: "r1",
  file: "/p.ocelli-plugin",
  module: "/m",
  service: undefined,
  frequencyMs: 60_000,
  timeoutMs: 10_000,
  maxInFlight: 10,
  resourceFilter: "",
  preload: [],
  documentation: {},
  settings: [],
  removalPercent: 0,
};

export function task(overrides: Partial<Task> = {}): Task {
  return {
    kind: "polling",
    plugin: "p",
    resource,
    pluginRevision: "r1",
    slotAtMs: 1_000_000,
    notBeforeAtMs: 1_000_000,
    expiresAtMs: 1_060_000,
    frequencyMs: 60_000,
    revision: 3,
    state: new Uint8Array([1]),
    onDemand: false,
    traceparent: "",
    ...overrides,
  };
}

export interface Offered extends OfferedTask {
  settled: string;
}

export function offered(overrides: Partial<Task> = {}): Offered {
  const one: Offered = {
    task: task(overrides),
    partition: 0,
    settled: "",
    ack: () => {
      one.settled = "acked";
    },
    retry: (delayMs) => {
      one.settled = `retry ${delayMs}`;
    },
  };
  return one;
}

export function answer(item: number, overrides: Partial<PollAnswer> = {}): PollAnswer {
  const metric = { name: "up", type: "gauge", value: 1 } as const;
  const groups = [{ name: "g", dimensions: [], metrics: [metric], atMs: 5 }];
  return { item, groups, fault: undefined, state: undefined, last: true, ...overrides };
}

export const aFault: Fault = { message: "m", origin: "target", retry: "next_slot", scope: "item", status: "network" };

/** A world of fakes around a runner: what the guard answers and what the module does can be set; what was written is kept. */
export function world(overrides: Partial<RunnerDeps> = {}) {
  const clock = new ManualClock();
  const log = new RunLog();
  const writes: { running: boolean; expected: number; status: string; state: number[] }[] = [];
  const published: Result[] = [];
  const events: string[] = [];
  const state = {
    claim: { kind: "won", revision: 4 } as ClaimOutcome,
    hold: (expected: number): HoldOutcome => ({ kind: "held", revision: expected + 1 }),
    brokerNowMs: 1_000_000,
    known: true,
    poll: async function* (
      items: readonly WorkItem[],
      _signal: AbortSignal,
      _grant?: Grant,
    ): AsyncGenerator<PollAnswer> {
      for (const [i] of items.entries()) yield answer(i);
    },
  };
  const guard: Guard = {
    claim: async (_pair, _partition, register, expected) => {
      writes.push({ running: register.running, expected, status: register.status, state: [...register.state] });
      return state.claim;
    },
    hold: async (_pair, _partition, register, expected) => {
      writes.push({ running: register.running, expected, status: register.status, state: [...register.state] });
      return state.hold(expected);
    },
  };
  const module: WorkModule = {
    itemsPerCall: 100,
    poll: (items, signal, grant) => state.poll(items, signal, grant),
    enrich: () => {
      throw new Error("not asked for");
    },
    discover: () => {
      throw new Error("not asked for");
    },
  };
  const plugin: WorkPlugin = { spec, kind: "polling", module, wantsEnrichments: [] };
  const runner = new Runner({
    clock,
    broker: { nowMs: () => state.brokerNowMs + clock.monotonicMs(), known: () => state.known },
    guard,
    agentId: "agent-1",
    leaseMs: 15_000,
    newAttempt: () => "attempt",
    results: {
      publish: async (result) => {
        published.push(result);
        return "stored";
      },
    },
    enrichments: { find: async () => undefined },
    log,
    event: ({ type }) => events.push(type),
    onError: (message) => events.push(`error: ${message}`),
    onRan: () => {},
    onFree: () => {},
    ...overrides,
  });
  return { clock, log, writes, published, events, state, plugin, runner };
}
