import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { parseArgs } from "node:util";
import { openBus, busSettingsOf, holdLease } from "@ocelli/bus";
import type { AgentStatus, ServicePresence } from "@ocelli/model";
import { startServer } from "@ocelli/rpc";
import { createLogger, loadConfig, runService, systemClock, version, type Logger } from "@ocelli/runtime";
import { busEnrichments } from "./adapters/bus-enrichments.js";
import { busGuard } from "./adapters/bus-guard.js";
import { busSinkFeed } from "./adapters/bus-sink-feed.js";
import { busTasks } from "./adapters/bus-tasks.js";
import { agentService } from "./adapters/rpc-agent.js";
import { keepStatusPosted } from "./adapters/status-board.js";
import { AgentConfig } from "./config.js";
import { Intake } from "./domain/intake.js";
import { RunLog } from "./domain/run-log.js";
import { Runner } from "./domain/runner.js";
import { driveSink } from "./domain/sink-driver.js";
import { tempHost } from "./temp-host.js";

const { values } = parseArgs({ options: { config: { type: "string" } } });
const boot = createLogger("agent", "info");
void runService(boot, async (signal) => {
  const settings = await loadConfig(AgentConfig, { file: values.config, environment: process.env });
  await run(settings, createLogger("agent", settings.log.level), signal);
});

async function run(settings: Awaited<ReturnType<typeof loadConfig<typeof AgentConfig>>>, log: Logger, signal: AbortSignal) {
  const { id, max_in_flight, lease_seconds, grace_seconds } = settings.agent;
  const clock = systemClock;
  const bootId = randomUUID();
  const bus = await openBus(busSettingsOf(settings.nats, `agent/${id}`), { clock, log }, signal);
  const work = new AbortController();
  const broker = { nowMs: bus.brokerNowMs, known: () => bus.connected() && bus.heart.known() };
  const runLog = new RunLog();
  const hosting = tempHost(bus, clock, id, work.signal);
  const runner: Runner = new Runner({
    clock, broker, guard: busGuard(bus), results: bus.results, enrichments: busEnrichments(bus, clock), log: runLog,
    agentId: id, leaseMs: lease_seconds * 1000, newAttempt: randomUUID, event: (e) => bus.events.publish(e),
    onError: (m, f) => log.error(f, m), onFree: () => intake.kick(),
  });
  const intake = new Intake({ tasks: busTasks(bus), runner, log: runLog, maxInFlight: max_in_flight, onGarbage: (plugin, reason) => log.warn({ plugin, reason }, "garbage") });
  const sinks = new Map<string, AbortController>();
  const serve = () => {
    intake.serve(hosting.ready());
    for (const [name, plugin] of hosting.ready()) {
      if (plugin.kind !== "sink" || sinks.has(name)) continue;
      const stop = new AbortController();
      sinks.set(name, stop);
      work.signal.addEventListener("abort", () => stop.abort());
      void holdLease({ leases: bus.leases, brokerNowMs: bus.brokerNowMs, clock, log }, { key: `sink.${name}`, holder: bootId, leaseMs: 5000 }, async (lost) => {
        const feed = busSinkFeed(bus, clock, name, () => runLog.count("results_stale"), lost);
        await driveSink({ clock, log: runLog, feed, onTrouble: (reason) => log.warn({ plugin: name, reason }, "sink trouble"),
          open: async (s) => {
            const child = hosting.children.get(name);
            if (!child) throw new Error("gone");
            const stream = child.link.openSink({ plugin: name, revision: hosting.ready().get(name)?.spec.revision ?? "" }, s);
            return { write: (records) => stream.write(records, 30_000), close: () => stream.close(1000) };
          } }, lost);
      }, stop.signal);
    }
  };
  hosting.onChange(serve);
  const status = (): AgentStatus => ({ agentId: id, bootId, leaseMs: 15_000, draining: false, reports: hosting.status() });
  const server = await startServer({ listen: settings.grpc.listen, services: [agentService({ clock, runner, log: runLog, broker, maxInFlight: max_in_flight, graceMs: grace_seconds * 1000, status, drain: () => intake.close(), undrain: () => { intake.open(); serve(); } })], log });
  const presence: ServicePresence = { kind: "agent", id, endpoint: settings.grpc.advertise ?? server.endpoint, version, pid: process.pid, host: hostname(), startedAtMs: clock.nowMs(), leaseMs: 15_000, leader: false };
  const heart = bus.heart.run(() => presence, work.signal);
  const board = keepStatusPosted(bus, { clock, log }, status, (l) => hosting.onChange(l), work.signal);
  await new Promise((r) => signal.addEventListener("abort", r, { once: true }));
  intake.close();
  await runner.drained(grace_seconds * 1000);
  await clock.sleep(300);
  work.abort();
  await heart; await board;
  runner.stop();
  await hosting.close(5000);
  await server.shutdown(1000);
  await bus.close();
}
