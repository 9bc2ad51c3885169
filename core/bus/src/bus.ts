import { randomUUID } from "node:crypto";
import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import {
  agentCodec,
  type Codec,
  enrichmentCodec,
  leaseCodec,
  moduleCodec,
  packedResourceCodec,
  pauseCodec,
  pluginCodec,
  positionCodec,
  presenceCodec,
  resourceCodec,
} from "@ocelli/codec";
import { type Clock, messageOf } from "@ocelli/model";
import { AckedPublisher } from "./acked-publisher.js";
import { BrokerClock } from "./broker-clock.js";
import { connectWithPatience, withoutSecrets } from "./connect.js";
import { ensureMesh, type Mesh } from "./ensure.js";
import { EventStream } from "./event-stream.js";
import { Frames } from "./frames.js";
import { Heart } from "./heart.js";
import type { Link } from "./link.js";
import type { BusLog, BusSettings } from "./ports.js";
import type { Pulling } from "./puller.js";
import { RegisterTable } from "./register-table.js";
import { ResultStream } from "./result-stream.js";
import { namesOf } from "./subjects.js";
import { type KeyCodec, pairOfKeys, plainKey, Table, type TableDeps } from "./table.js";
import { TaskQueue } from "./task-queue.js";

export interface BusDeps {
  readonly clock: Clock;
  readonly log: BusLog;
}

export type Bus = Awaited<ReturnType<typeof openBus>>;

const retryMs = 1_000;

/** Connects and makes sure that the mesh's streams and buckets are there. Waits for the broker, however long it takes. */
export async function openBus(settings: BusSettings, deps: BusDeps, signal: AbortSignal) {
  const { clock, log } = deps;
  const nc = await connectWithPatience(settings, deps, signal);
  const brokerClock = new BrokerClock(clock);
  const state = followStatus(nc, log);
  const frames = new Frames(nc);
  const publisher = new AckedPublisher(nc, frames, clock, state.connected);
  const pullers = new Set<Pulling>();
  const reconnects = new Set<() => void>();
  state.onLost(() => publisher.forget("connection lost"));
  let reconnectedAtMs = 0;
  state.onBack(() => {
    reconnectedAtMs = brokerClock.nowMs();
    for (const puller of pullers) puller.renew();
    for (const tell of [...reconnects]) tell();
  });
  const js = jetstream(nc);
  const { jsm, mesh } = await ensured(nc, settings, deps, signal);
  const names = namesOf(settings.prefix);
  const maxPayloadBytes = nc.info?.max_payload ?? 1 << 20;
  const link: Link = {
    nc,
    js,
    jsm,
    names,
    frames,
    publisher,
    brokerClock,
    clock,
    log,
    maxPayloadBytes,
    pullers,
    connected: state.untilConnected,
  };
  const tables: TableDeps = { nc, jsm, publisher, brokerClock, clock, log, reconnects };
  const table = <T, Key>(bucket: string, codec: Codec<T>, keys: KeyCodec<Key>): Table<T, Key> =>
    new Table(tables, bucket, codec, keys);
  const { buckets } = names;
  const registers: RegisterTable[] = [];
  for (let partition = 0; partition < mesh.partitions; partition += 1) {
    registers.push(new RegisterTable(tables, names.pairs(partition)));
  }
  const presence = table(buckets.presence, presenceCodec, plainKey);
  const heart = new Heart(presence, brokerClock, clock, log);
  reconnects.add(() => heart.hurry());
  return {
    mesh: mesh satisfies Mesh,
    server: {
      url: withoutSecrets(nc.getServer()),
      version: nc.info?.version ?? "",
    },
    link,
    heart,
    brokerNowMs: () => brokerClock.nowMs(),
    connected: state.connected,
    /** When the connection came back last, in epoch ms of the broker's clock; 0 where it never broke. */
    reconnectedAtMs: () => reconnectedAtMs,
    plugins: table(buckets.plugins, pluginCodec, plainKey),
    pauses: table(buckets.pauses, pauseCodec, plainKey),
    modules: table(buckets.modules, moduleCodec, pairOfKeys),
    agents: table(buckets.agents, agentCodec, plainKey),
    presence,
    resources: table(buckets.resources, resourceCodec, plainKey),
    /** The same bucket for who keeps all of it: each resource stays packed until it is read. */
    packedResources: table(buckets.resources, packedResourceCodec, plainKey),
    enrichments: table(buckets.enrichments, enrichmentCodec, pairOfKeys),
    leases: table(buckets.leases, leaseCodec, plainKey),
    /** How far each sink has stored the result stream, by plugin. */
    positions: table(buckets.positions, positionCodec, plainKey),
    /** Keyed by plugin and resource. */
    registers,
    tasks: new TaskQueue(link, mesh.partitions),
    results: new ResultStream(link),
    events: new EventStream(link, settings.name),
    /** Sends what is buffered and closes the connection. */
    async close(): Promise<void> {
      for (const puller of pullers) puller.close();
      publisher.close();
      if (!nc.isClosed())
        await nc.drain().catch((error: unknown) => log.debug({ reason: messageOf(error) }, "drain failed"));
    },
  };
}

async function ensured(nc: NatsConnection, settings: BusSettings, deps: BusDeps, signal: AbortSignal) {
  while (true) {
    signal.throwIfAborted();
    try {
      const jsm = await jetstreamManager(nc, { checkAPI: false });
      return { jsm, mesh: await ensureMesh(jsm, settings, randomUUID) };
    } catch (error) {
      deps.log.warn(
        { reason: messageOf(error), retryInMs: retryMs },
        "streams and buckets are not there yet; is JetStream on? trying again",
      );
      await deps.clock.sleep(retryMs, signal);
    }
  }
}

/** Follows the connection: whether it stands, and who wants to know when that changes. */
function followStatus(nc: NatsConnection, log: BusLog) {
  let up = true;
  const lost: (() => void)[] = [];
  const back: (() => void)[] = [];
  const waiting = new Set<() => void>();
  const setUp = (value: boolean): void => {
    if (up === value) return;
    up = value;
    for (const tell of value ? back : lost) tell();
    if (value) for (const go of [...waiting]) go();
  };
  void (async () => {
    for await (const status of nc.status()) {
      if (status.type === "disconnect") {
        setUp(false);
        log.warn(
          { url: withoutSecrets(nc.getServer()) },
          "connection to NATS lost; nothing new is started, trying again",
        );
      } else if (status.type === "reconnect") {
        setUp(true);
        log.info({ url: withoutSecrets(nc.getServer()) }, "connection to NATS is back");
      }
    }
    setUp(false);
  })();
  return {
    connected: () => up && !nc.isClosed(),
    onLost: (tell: () => void) => lost.push(tell),
    onBack: (tell: () => void) => back.push(tell),
    untilConnected: (signal: AbortSignal): Promise<void> => {
      if (up || signal.aborted) return Promise.resolve();
      return new Promise((resolve) => {
        const done = (): void => {
          waiting.delete(done);
          signal.removeEventListener("abort", done);
          resolve();
        };
        waiting.add(done);
        signal.addEventListener("abort", done, { once: true });
      });
    },
  };
}
