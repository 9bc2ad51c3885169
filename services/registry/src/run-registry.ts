import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { type BusLog, busSettingsOf, holdLease, openBus } from "@ocelli/bus";
import { aborted, type Clock, messageOf, type ServicePresence } from "@ocelli/model";
import { type RpcLog, startServer } from "@ocelli/rpc";
import { version } from "@ocelli/runtime";
import { dialBack } from "./adapters/dial-back.js";
import { digestOf, openKnown } from "./adapters/known.js";
import { lead } from "./adapters/lead.js";
import { feedService } from "./adapters/rpc-feed.js";
import { moduleRegistryService } from "./adapters/rpc-module-registry.js";
import { registryService } from "./adapters/rpc-registry.js";
import type { RegistrySettings } from "./config.js";
import { EnrichmentKeeper } from "./domain/enrichment-keeper.js";
import { InventoryKeeper } from "./domain/inventory-keeper.js";
import { ModuleKeeper } from "./domain/module-lease.js";
import type { BrokerNow, Tell } from "./domain/ports.js";

export interface RunDeps {
  readonly clock: Clock;
  readonly log: BusLog & RpcLog;
  /** Told once calls are answered. */
  readonly onReady?: (endpoint: string) => void;
}

const leaderLeaseMs = 5_000;
const presenceLeaseMs = 15_000;
const moduleLeaseMs = 15_000;
const shutdownGraceMs = 2_000;

/** A registry, from its settings to its end. All registries answer calls; the one that holds the lease also does the work. */
export async function runRegistry(settings: RegistrySettings, deps: RunDeps, signal: AbortSignal): Promise<void> {
  const { clock, log } = deps;
  const own = settings.registry;
  const bus = await openBus(busSettingsOf(settings.nats, `registry/${own.id}`), { clock, log }, signal);
  const brokerNow: BrokerNow = () => (bus.heart.known() ? bus.brokerNowMs() : undefined);
  const tell: Tell = (event) => bus.events.publish(event);
  const watching = new AbortController();
  const { known, ready, ended } = openKnown(bus, watching.signal);
  await Promise.race([ready, aborted(signal)]);

  const { plugins, resources } = known;
  const removal = { percent: own.removal_percent, floor: own.removal_floor };
  const rules = { removal, defaultTtlS: own.resource_ttl_seconds };
  const inventory = new InventoryKeeper({ resources, plugins, rules, brokerNow, tell });
  const { enrichments: shelf } = known;
  const enrichments = new EnrichmentKeeper({ enrichments: shelf, resources, plugins, digestOf, brokerNow, tell });
  const modules = new ModuleKeeper({
    modules: known.modules,
    dialBack: dialBack(clock, version),
    brokerNow,
    tell,
    leaseMs: moduleLeaseMs,
  });

  const info = {
    broker: `${bus.server.url} (nats-server ${bus.server.version})`,
    mesh: bus.mesh.id,
    brokerNowMs: () => bus.brokerNowMs(),
  };
  const enrichment = async (key: readonly [string, string]) => (await bus.enrichments.get(key))?.value;
  const server = await startServer({
    listen: settings.grpc.listen,
    services: [
      registryService({ known, keeper: inventory, clock, enrichment }, info),
      feedService(bus),
      moduleRegistryService({ keeper: modules, joinToken: own.join_token, leaseMs: moduleLeaseMs, log }),
    ],
    log,
  });
  const endpoint = settings.grpc.advertise ?? server.endpoint;
  log.info({ endpoint, mesh: bus.mesh.id, directories: own.plugin_directories }, "registry answers");
  deps.onReady?.(endpoint);

  let leads = false;
  const startedAtMs = clock.nowMs();
  const presence = (): ServicePresence => ({
    kind: "registry",
    id: own.id,
    endpoint,
    version,
    pid: process.pid,
    host: hostname(),
    startedAtMs,
    leaseMs: presenceLeaseMs,
    leader: leads,
  });
  const directories = {
    directories: own.plugin_directories,
    extensions: own.plugin_extensions,
    scanEveryMs: own.scan_interval_seconds * 1000,
  };
  const work = { bus, known, inventory, enrichments, modules, directories, brokerNow, tell, clock, log };
  const leading = holdLease(
    { leases: bus.leases, brokerNowMs: () => bus.brokerNowMs(), clock, log },
    { key: "registry", holder: `${own.id}/${randomUUID()}`, leaseMs: leaderLeaseMs },
    async (lost) => {
      leads = true;
      bus.heart
        .beat(presence())
        .catch((error: unknown) => log.debug({ reason: messageOf(error) }, "heart missed a beat"));
      try {
        await lead(work, lost);
      } finally {
        leads = false;
      }
    },
    signal,
  );
  await Promise.all([leading, bus.heart.run(presence, signal)]);
  await server.shutdown(shutdownGraceMs);
  watching.abort();
  await ended;
  await bus.close();
}
