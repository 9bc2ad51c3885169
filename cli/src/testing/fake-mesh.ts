import type { MessageInitShape } from "@bufbuild/protobuf";
import { create } from "@bufbuild/protobuf";
import { resourceFromProto } from "@ocelli/codec";
import { matcherOf, OcelliError, parseFilter } from "@ocelli/model";
import { Agent } from "@ocelli/proto/agent";
import {
  type ExplainFilterResponseSchema,
  Feed,
  PluginState,
  type PluginStatus,
  PluginStatusSchema,
  Registry,
  ReportState,
  type ServicePresenceSchema,
  type TailResponseSchema,
} from "@ocelli/proto/registry";
import { type Resource, ResourceSchema } from "@ocelli/proto/resource";
import { type PairStatusSchema, PollNowOutcome, type PollNowResponseSchema, Scheduler } from "@ocelli/proto/scheduler";
import { Kind } from "@ocelli/proto/task";
import { implement, type RunningServer, startServer } from "@ocelli/rpc";

type TailInit = MessageInitShape<typeof TailResponseSchema>;

/** What a fake mesh answers. Tests change it while it runs. */
export interface FakeWorld {
  plugins: PluginStatus[];
  resources: Map<string, Resource>;
  pairs: MessageInitShape<typeof PairStatusSchema>[];
  late: MessageInitShape<typeof PairStatusSchema>[];
  explanations: MessageInitShape<typeof ExplainFilterResponseSchema>["explanations"];
  paused: Map<string, string>;
  draining: boolean;
  /** Runs that a drain leaves. */
  left: number;
  pollNow: MessageInitShape<typeof PollNowResponseSchema>;
  /** Which services the registry tells of. */
  kinds: readonly string[];
  /** What each tail tells once it stands, one list a tail; then it waits. */
  tails: TailInit[][];
  /** Called once a run was asked for, with what pushes into the running tail. */
  onPollNow: (push: (entry: TailInit) => void) => void;
  /** What was asked of the mesh, as it came. */
  readonly asked: { call: string; request: object }[];
}

export interface FakeMesh {
  readonly endpoint: string;
  readonly schedulerAt: string;
  readonly world: FakeWorld;
  stop(): Promise<void>;
}

const brokerNowMs = 1_700_000_000_000;

export function pluginStatus(
  name: string,
  change: Exclude<MessageInitShape<typeof PluginStatusSchema>, PluginStatus> = {},
): PluginStatus {
  const active = { name, file: `/p/${name}.ocelli-plugin`, service: "polling", frequencyMs: 60_000, timeoutMs: 5_000 };
  return create(PluginStatusSchema, {
    record: { name, active },
    state: PluginState.READY,
    resources: 1,
    reports: [{ agentId: "agent-1", plugin: name, revision: "r", state: ReportState.READY }],
    ...change,
  });
}

export function freshWorld(): FakeWorld {
  return {
    plugins: [pluginStatus("ping")],
    resources: new Map([["sw-1", create(ResourceSchema, { id: "sw-1", endpoint: "10.0.0.1", class: "network" })]]),
    pairs: [{ plugin: "ping", resourceId: "sw-1", frequencyMs: 60_000, nextSlotAtMs: BigInt(brokerNowMs + 12_000) }],
    late: [],
    explanations: [{ plugin: "ping", matches: true, summary: "yes: the filter is empty" }],
    paused: new Map(),
    draining: false,
    left: 0,
    pollNow: { outcome: PollNowOutcome.SENT, slotAtMs: 77n, message: "sent" },
    kinds: ["registry", "scheduler", "agent"],
    tails: [],
    onPollNow: () => {},
    asked: [],
  };
}

/** Registry, scheduler and agent of one process, which answer what `world` says. */
export async function startFakeMesh(listen = "127.0.0.1:0", world = freshWorld()): Promise<FakeMesh> {
  const pushers = new Set<(entry: TailInit) => void>();
  const pushAll = (entry: TailInit): void => {
    for (const push of pushers) push(entry);
  };
  const others = await startServer({
    listen: "127.0.0.1:0",
    services: [schedulerOf(world, pushAll), agentOf(world)],
  });
  const registry = await startServer({ listen, services: [registryOf(world, others), feedOf(world, pushers)] });
  return {
    endpoint: registry.endpoint,
    schedulerAt: others.endpoint,
    world,
    stop: async () => {
      await Promise.all([registry.shutdown(0), others.shutdown(0)]);
    },
  };
}

function registryOf(world: FakeWorld, others: RunningServer) {
  const presence = (kind: string): MessageInitShape<typeof ServicePresenceSchema> => ({
    ...{ kind, id: `${kind}-1`, endpoint: others.endpoint, version: "0.1.0", pid: 7, host: "h" },
    startedAtMs: BigInt(Date.now() - 60_000),
    leader: kind === "registry",
  });
  const resource = (id: string): Resource => {
    const found = world.resources.get(id);
    if (found) return found;
    throw new OcelliError("not_found", `there is no resource "${id}"`);
  };
  const record = (one: Resource) => ({
    ...{ resource: one, source: "devices", firstSeenAtMs: BigInt(brokerNowMs - 60_000) },
    ...{ seenAtMs: BigInt(brokerNowMs - 5_000), expiresAtMs: BigInt(brokerNowMs + 60_000) },
  });
  const unused = (): never => {
    throw new OcelliError("unimplemented", "the fake registry does not do this");
  };
  return implement(Registry, {
    listPlugins: () => ({ plugins: world.plugins }),
    getPlugin: ({ name }) => {
      const plugin = world.plugins.find((one) => one.record?.name === name);
      if (plugin) return { plugin };
      throw new OcelliError("not_found", `there is no plugin "${name}"; did you mean "ping"?`);
    },
    watchPlugins: unused,
    listModules: unused,
    watchModules: unused,
    listResources: ({ filter, pageSize, pageToken }) => {
      world.asked.push({ call: "listResources", request: { filter, pageSize, pageToken } });
      const parsed = parseFilter(filter);
      if (parsed.kind === "bad") throw new OcelliError("invalid", "bad filter");
      const matches = matcherOf(parsed.filter);
      const all = [...world.resources.values()].filter((one) => matches(resourceFromProto(one)));
      const from = Number(pageToken || 0);
      const to = from + Math.min(pageSize, 2);
      const nextPageToken = to < all.length ? String(to) : "";
      return { resources: all.slice(from, to).map(record), nextPageToken, total: all.length };
    },
    getResource: ({ id }) => ({ record: record(resource(id)), plugins: ["ping"] }),
    watchResources: unused,
    getEnrichments: ({ resourceId }) => {
      const dataJson = new TextEncoder().encode('{"1":{"name":"Gi0/1"}}');
      const set = { namespace: "interface", schema: "0.1", resourceId, dataJson };
      const createdAtMs = BigInt(brokerNowMs - 1_000);
      return { enrichments: [{ set, plugin: "facts", createdAtMs, expiresAtMs: BigInt(brokerNowMs + 60_000) }] };
    },
    putResource: ({ resource: one }) => {
      if (!one) return {};
      world.resources.set(one.id, one);
      return { record: record(one) };
    },
    deleteResource: ({ id }) => {
      world.resources.delete(resource(id).id);
      return {};
    },
    explainFilter: ({ plugin }) => ({
      explanations: (world.explanations ?? []).filter((one) => plugin === "" || one.plugin === plugin),
    }),
    confirmRemoval: () => ({ removed: ["sw-8", "sw-9"] }),
    listServices: () => ({
      services: world.kinds.map(presence),
      broker: "nats://127.0.0.1:4222 (2.15.2)",
      mesh: "m1",
    }),
  });
}

function feedOf(world: FakeWorld, pushers: Set<(entry: TailInit) => void>) {
  return implement(Feed, {
    async *tail(request, ctx) {
      const { plugin, resourceId, sinceS, noResults, noEvents } = request;
      world.asked.push({ call: "tail", request: { plugin, resourceId, sinceS, noResults, noEvents } });
      const waiting: TailInit[] = [...(world.tails.shift() ?? [])];
      let wake = (): void => {};
      const push = (entry: TailInit): void => {
        waiting.push(entry);
        wake();
      };
      pushers.add(push);
      for (const signal of [ctx.signal, ctx.draining]) signal.addEventListener("abort", () => wake());
      yield { entry: { case: "started", value: {} } };
      while (!ctx.signal.aborted && !ctx.draining.aborted) {
        yield* waiting.splice(0);
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      pushers.delete(push);
    },
  });
}

function schedulerOf(world: FakeWorld, push: (entry: TailInit) => void) {
  return implement(Scheduler, {
    getStatus: () => ({
      ...{ schedulerId: "scheduler-1", leads: [0], partitions: 1, pairs: world.pairs.length, tasksSent: 9n },
      missed: [{ plugin: "ping", reason: "running", slots: 2n }],
      paused: [...world.paused].map(([plugin, reason]) => ({ plugin, reason })),
      ...{ brokerNowMs: BigInt(brokerNowMs), brokerKnown: true },
    }),
    listDue: () => ({ pairs: world.pairs }),
    listLate: () => ({ pairs: world.late }),
    listPairs: ({ resourceId }) => ({ pairs: world.pairs.filter((pair) => pair.resourceId === resourceId) }),
    pollNow: ({ plugin, resourceId, force }) => {
      world.asked.push({ call: "pollNow", request: { plugin, resourceId, force } });
      setImmediate(() => world.onPollNow(push));
      return world.pollNow;
    },
    pausePlugin: ({ plugin, reason }) => {
      world.paused.set(plugin, reason);
      return {};
    },
    resumePlugin: ({ plugin }) => {
      world.paused.delete(plugin);
      return {};
    },
  });
}

function agentOf(world: FakeWorld) {
  const run = { kind: Kind.POLLING, plugin: "ping", resourceId: "sw-1", startedAtMs: BigInt(brokerNowMs - 48_000) };
  return implement(Agent, {
    getStatus: () => ({
      status: {
        agentId: "agent-1",
        draining: world.draining,
        reports: world.plugins.flatMap((one) => one.reports ?? []),
      },
      ...{ inFlight: 1, maxInFlight: 100, brokerKnown: true },
    }),
    listRuns: () => ({ runs: [{ ...run, plugin: "slow", tookMs: 9_000 }] }),
    listLastRuns: () => ({ runs: [{ ...run, tookMs: 231, found: 24 }] }),
    drain: () => {
      world.draining = true;
      return { left: world.left };
    },
    undrain: () => {
      world.draining = false;
      return {};
    },
  });
}
