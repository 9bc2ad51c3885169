import { encodePollResult, encodeResource, packGroups, resultCodec } from "@ocelli/codec";
import {
  type Fault,
  type ItemAnswer,
  type PackedAnswer,
  type PluginSpec,
  type PollAnswer,
  type Resource,
  type Result,
  toToken,
  type WorkItem,
} from "@ocelli/model";
import { ManualClock } from "@ocelli/test-kit";
import type { Taking } from "../domain/claim-task.js";
import { RunLog } from "../domain/run-log.js";
import type {
  AnswerListener,
  ClaimOutcome,
  Grant,
  Guard,
  HoldOutcome,
  Leave,
  OfferedTask,
  ResultOutlet,
  RunTask,
  WorkModule,
  WorkPlugin,
} from "../domain/run-ports.js";
import { Runner, type RunnerDeps } from "../domain/runner.js";
import { noSpool } from "../domain/spool.js";

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

export function task(overrides: Partial<RunTask> = {}): RunTask {
  const about = "resource" in overrides ? overrides.resource : resource;
  return {
    kind: "polling",
    plugin: "p",
    resource: about,
    resourceBytes: about && encodeResource(about),
    resourceId: about?.id ?? "",
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

/** Takes tasks since ever. */
export const go: Taking = { sinceMs: 0, signal: new AbortController().signal };

export function offered(overrides: Partial<RunTask> = {}, partition = 0): Offered {
  const about = task(overrides);
  const one: Offered = {
    task: about,
    queuedAtMs: about.slotAtMs,
    deliveries: 1,
    place: { partition, key: `${toToken(about.plugin)}.${toToken(about.resourceId)}` },
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

/** Hands a stream of answers to a listener, as a module behind a link does. */
function listened<Answer extends ItemAnswer>(
  answers: (signal: AbortSignal) => AsyncIterable<Answer>,
  listener: AnswerListener<Answer>,
): Leave {
  const left = new AbortController();
  void (async () => {
    for await (const one of answers(left.signal)) if (!left.signal.aborted) listener.onAnswer(one);
    if (!left.signal.aborted) listener.onEnd();
  })();
  return () => left.abort();
}

function packed(one: PollAnswer): PackedAnswer {
  return { ...one, groups: one.groups.length > 0 ? packGroups(one.groups, 0) : undefined };
}

/** As `listened`, for polls whose answers are not packed. */
export function listenedPoll(
  answers: (signal: AbortSignal) => AsyncIterable<PollAnswer>,
  listener: AnswerListener<PackedAnswer>,
): Leave {
  return listened(async function* (signal) {
    for await (const one of answers(signal)) yield packed(one);
  }, listener);
}

/** Results that are taken, decoded. */
export function outletTo(take: (result: Result) => ReturnType<ResultOutlet["publish"]>): ResultOutlet {
  return {
    encode: (result) => resultCodec.encode(result),
    encodePoll: encodePollResult,
    publish: ({ bytes }) => take(resultCodec.decode(bytes)),
  };
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
    claim: async (_place, register, expected) => {
      writes.push({ running: register.running, expected, status: register.status, state: [...register.state] });
      return state.claim;
    },
    hold: async (_place, register, expected) => {
      writes.push({ running: register.running, expected, status: register.status, state: [...register.state] });
      return state.hold(expected);
    },
  };
  const module: WorkModule = {
    itemsPerCall: 100,
    poll: (items, listener, grant) => listenedPoll((signal) => state.poll(items, signal, grant), listener),
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
    broker: {
      nowMs: () => state.brokerNowMs + clock.monotonicMs(),
      known: () => state.known,
      reconnectedAtMs: () => 0,
    },
    guard,
    agentId: "agent-1",
    leaseMs: 15_000,
    newAttempt: () => "attempt",
    results: outletTo(async (result) => {
      published.push(result);
      return { kind: "stored" };
    }),
    spool: noSpool,
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
