import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { type Bus, busSettingsOf, openBus } from "@ocelli/bus";
import { type AgentStatus, aborted, type Clock, type Random, type ServicePresence } from "@ocelli/model";
import { startServer } from "@ocelli/rpc";
import { type Logger, version } from "@ocelli/runtime";
import { busEnrichments } from "./adapters/bus-enrichments.js";
import { busFeed } from "./adapters/bus-feed.js";
import { busGuard } from "./adapters/bus-guard.js";
import { busResults } from "./adapters/bus-results.js";
import { busTasks } from "./adapters/bus-tasks.js";
import { moduleSource } from "./adapters/module-source.js";
import { agentService } from "./adapters/rpc-agent.js";
import { SinkFleet } from "./adapters/sink-fleet.js";
import { type AgentSpool, openAgentSpool } from "./adapters/spool-agent.js";
import { keepStatusPosted } from "./adapters/status-board.js";
import type { AgentSettings } from "./config.js";
import { Intake } from "./domain/intake.js";
import { PluginHost } from "./domain/plugin-host.js";
import { RunLog } from "./domain/run-log.js";
import type { BrokerView, Guard } from "./domain/run-ports.js";
import { RunTroubles } from "./domain/run-troubles.js";
import { Runner } from "./domain/runner.js";

export interface RunDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Puts another guard in the place of the real one, for tests that show what happens without it. No setting reaches this. */
  readonly guardOf?: (guard: Guard, bus: Bus) => Guard;
}

const presenceLeaseMs = 15_000;
const shutdownGraceMs = 2_000;

/** An agent, from its settings to its end. At the end it takes nothing new, lets runs finish, completes their registers, has
 *  what they found delivered, and ends its modules. */
export async function runAgent(settings: AgentSettings, deps: RunDeps, signal: AbortSignal): Promise<void> {
  const { clock, random, log } = deps;
  const own = settings.agent;
  const graceMs = own.grace_seconds * 1000;
  const bootId = randomUUID();
  const bus = await openBus(busSettingsOf(settings.nats, `agent/${own.id}`), { clock, log }, signal);
  const runLog = new RunLog();
  const count: RunLog["count"] = (name, by) => runLog.count(name, by);
  const spool = await openAgentSpool(settings.spool, own.id, { bus, clock, log, count });
  const ending = new AbortController();
  const changes = new Set<() => void>();
  const changed = (): void => {
    for (const tell of changes) tell();
  };

  const plugins = busFeed(bus.plugins, (name) => name, ending.signal);
  const modules = busFeed(bus.modules, ([name, instance]) => `${name}\u0000${instance}`, ending.signal);
  const source = moduleSource({ clock, hostVersion: version, startTimeoutMs: own.start_timeout_seconds * 1000, log });
  const hosted = new PluginHost({ clock, random, agentId: own.id, plugins, modules, source, graceMs });
  const troubles = new RunTroubles(changed);
  const broker = brokerOf(bus);
  const { guardOf } = deps;
  const { runner, intake } = workOf(bus, { clock, log, broker, guardOf, runLog, troubles, settings, spool });
  const holder = `${own.id}/${bootId}`;
  const sinks = new SinkFleet({ bus, hosted, clock, log, runLog, holder, onChange: changed });

  let draining = false;
  const serve = (): void => {
    if (!draining) intake.serve(hosted.ready());
    sinks.serve();
    changed();
  };
  hosted.onChange(serve);
  const drain = (): void => {
    draining = true;
    intake.close();
    bus.events.publish({
      type: "agent.draining",
      plugin: "",
      resourceId: "",
      message: `${own.id} takes no new work`,
      attributes: {},
    });
    changed();
  };
  const undrain = (): void => {
    draining = false;
    intake.open();
    serve();
  };
  const status = (): AgentStatus => ({
    agentId: own.id,
    bootId,
    leaseMs: presenceLeaseMs,
    draining,
    reports: hosted.status().map((report) => troubles.added(sinks.withTrouble(report))),
  });
  const view = { clock, runner, log: runLog, broker, maxInFlight: own.max_in_flight, graceMs, status, drain, undrain };
  const server = await startServer({ listen: settings.grpc.listen, services: [agentService(view)], log });
  const endpoint = settings.grpc.advertise ?? server.endpoint;
  const here = { kind: "agent", id: own.id, endpoint, version, pid: process.pid, host: hostname() } as const;
  const presence: ServicePresence = { ...here, startedAtMs: clock.nowMs(), leaseMs: presenceLeaseMs, leader: false };
  const posted = keepStatusPosted(bus, { clock, log }, status, (listener) => changes.add(listener), ending.signal);
  const beating = bus.heart.run(() => presence, ending.signal);
  const recovering = spool.recover(ending.signal);
  log.info({ endpoint, mesh: bus.mesh.id }, "agent answers");

  await aborted(signal);
  drain();
  const left = await runner.drained(graceMs);
  if (left > 0) log.warn({ left }, "runs did not finish in time; their slots are taken over");
  runner.stop();
  await sinks.close();
  await hosted.close(graceMs);
  ending.abort();
  await Promise.all([posted, beating, recovering, plugins.ended, modules.ended]);
  await spool.close();
  await server.shutdown(shutdownGraceMs);
  await bus.close();
}

/** The broker counts as known while the connection stands and a write was kept lately. */
function brokerOf(bus: Bus): BrokerView {
  return {
    nowMs: () => bus.brokerNowMs(),
    known: () => bus.connected() && bus.heart.known(),
    reconnectedAtMs: () => bus.reconnectedAtMs(),
  };
}

/** What takes tasks through their runs. */
function workOf(
  bus: Bus,
  deps: Pick<RunDeps, "clock" | "log"> & {
    broker: BrokerView;
    guardOf: RunDeps["guardOf"];
    runLog: RunLog;
    troubles: RunTroubles;
    settings: AgentSettings;
    spool: AgentSpool;
  },
) {
  const { clock, log, broker, runLog } = deps;
  const own = deps.settings.agent;
  const runner: Runner = new Runner({
    clock,
    broker,
    guard: deps.guardOf?.(busGuard(bus), bus) ?? busGuard(bus),
    results: busResults(bus),
    spool: deps.spool,
    enrichments: busEnrichments(bus, clock),
    log: runLog,
    agentId: own.id,
    leaseMs: own.lease_seconds * 1000,
    newAttempt: randomUUID,
    event: (event) => bus.events.publish(event),
    onRan: (plugin, fault) => deps.troubles.ran(plugin, fault),
    onError: (message, fields) => log.error(fields, message),
    onFree: () => intake.kick(),
  });
  const intake = new Intake({
    broker,
    clock,
    tasks: busTasks(bus),
    runner,
    log: runLog,
    maxInFlight: own.max_in_flight,
    onGarbage: (plugin, reason) => log.warn({ plugin, reason }, "a task cannot be read and is put aside"),
  });
  return { runner, intake };
}
