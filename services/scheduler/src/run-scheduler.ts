import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { type Bus, type BusLog, busSettingsOf, openBus } from "@ocelli/bus";
import { aborted, type Clock, type ServicePresence } from "@ocelli/model";
import { type RpcLog, startServer } from "@ocelli/rpc";
import { version } from "@ocelli/runtime";
import { busRegisters } from "./adapters/bus-registers.js";
import { busTasks } from "./adapters/bus-tasks.js";
import { feedInventory } from "./adapters/inventory-feed.js";
import { type LeaseDeps, PartitionLeases } from "./adapters/partition-leases.js";
import { schedulerService } from "./adapters/rpc-scheduler.js";
import type { SchedulerSettings } from "./config.js";
import type { Broker } from "./domain/ports.js";
import { Scheduler } from "./domain/scheduler.js";

export interface RunDeps {
  readonly clock: Clock;
  readonly log: BusLog & RpcLog;
  /** Told once calls are answered. */
  readonly onReady?: (endpoint: string) => void;
  /** Other leases than those of the mesh, for tests in which several lead at once. No setting reaches this. */
  readonly leasesOf?: (bus: Bus) => LeaseDeps["leases"];
}

const presenceLeaseMs = 15_000;
const shutdownGraceMs = 2_000;

/** A scheduler, from its settings to its end. All schedulers answer calls; each schedules the partitions it leads. */
export async function runScheduler(settings: SchedulerSettings, deps: RunDeps, signal: AbortSignal): Promise<void> {
  const { clock, log } = deps;
  const { id, tick_ms: tickMs, lease_ms: leaseMs } = settings.scheduler;
  const bus = await openBus(busSettingsOf(settings.nats, `scheduler/${id}`), { clock, log }, signal);
  const broker: Broker = {
    nowMs: () => bus.brokerNowMs(),
    known: () => bus.connected() && bus.heart.known(),
  };
  const { partitions } = bus.mesh;
  const registers = busRegisters(bus, log);
  const tasks = busTasks(bus);
  const { events, pauses } = bus;
  const device = { maxInFlight: settings.device.max_in_flight, minGapMs: settings.device.min_gap_ms };
  const scheduler = new Scheduler({ clock, broker, tasks, registers, events, partitions, device });

  const watching = new AbortController();
  const inventory = feedInventory(bus, scheduler.catalogue, scheduler.plan, watching.signal);
  const server = await startServer({
    listen: settings.grpc.listen,
    services: [schedulerService({ id, partitions, scheduler, broker, registers, tasks, events, pauses })],
    log,
  });
  const endpoint = settings.grpc.advertise ?? server.endpoint;
  log.info({ endpoint, mesh: bus.mesh.id, partitions }, "scheduler answers");
  deps.onReady?.(endpoint);

  const startedAtMs = clock.nowMs();
  const presence = (): ServicePresence => ({
    kind: "scheduler",
    id,
    endpoint,
    version,
    pid: process.pid,
    host: hostname(),
    startedAtMs,
    leaseMs: presenceLeaseMs,
    leader: scheduler.status().leads.length > 0,
  });
  const heart = bus.heart.run(presence, signal);
  await Promise.race([inventory.ready, aborted(signal)]);
  const leases = new PartitionLeases(
    { leases: deps.leasesOf?.(bus) ?? bus.leases, brokerNowMs: broker.nowMs, clock, log },
    { partitions, holder: `${id}/${randomUUID()}`, leaseMs },
    {
      gained: (leadership) => scheduler.lead(leadership),
      lost: (partition) => scheduler.lose(partition),
      accountOf: (partition) => scheduler.accountOf(partition),
    },
  );
  const leading = leases.run(signal);
  while (!signal.aborted) {
    scheduler.tick();
    await clock.sleep(untilNextTick(broker.nowMs(), tickMs), signal);
  }
  await Promise.all([leading, heart]);
  await server.shutdown(shutdownGraceMs);
  watching.abort();
  await inventory.ended;
  await bus.close();
}

/** Slots are looked at in steps of the broker's clock: a tick just behind one finds what has come since the last without delay. */
function untilNextTick(brokerNowMs: number, tickMs: number): number {
  const sinceMs = brokerNowMs % tickMs;
  return Number.isNaN(sinceMs) ? tickMs : Math.ceil(tickMs - sinceMs);
}
