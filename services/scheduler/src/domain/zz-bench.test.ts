import { test } from "vitest";
import { phaseMs } from "@ocelli/model";
import { MissedLog } from "./missed-log.js";
import { Partition } from "./partition.js";
import { aPlugin, aRecord, aResource, startMs } from "../testing/builders.js";
import { Plan } from "./plan.js";

test("bench", async () => {
  const out: string[] = [];
  let nowMs = startMs;
  let sent = 0;
  const N = Number(process.env["BENCH_RES"] ?? 1_000_000);
  const P = Number(process.env["BENCH_PLUG"] ?? 1);
  global.gc?.();
  const rss0 = process.memoryUsage();
  let partition!: Partition;
  const pending: { pair: any; task: any }[] = [];
  let rev = 1;
  const missed = new MissedLog();
  partition = new Partition(0, missed, {
    send: async (task) => { sent += 1; pending.push({ pair: { plugin: task.plugin, resourceId: task.resource?.id ?? "" }, task }); return "sent"; },
    removeRegister: () => {}, frequencyMsOf: () => 60_000, brokerNowMs: () => nowMs,
  });
  const plan = new Plan(1, { get: () => partition });
  let t = performance.now();
  for (let p = 0; p < P; p += 1) { const { spec } = aPlugin({ name: `p${p}`, frequencyMs: 60_000, resourceFilter: 'resource_class = "network"' }); for (const _ of plan.setPlugin(spec, "polling")); const pl = plan.plugins.get(`p${p}`)!; pl.ready = true; pl.everReady = true; }
  for (let i = 0; i < N; i += 1) plan.setResource(aRecord(aResource(`device-${i}.example.net`, { endpoint: `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`, type: "cisco" })));
  out.push(`plan ${N}x${P}: ${(performance.now() - t).toFixed(0)} ms`);
  t = performance.now();
  for (const plugin of plan.plugins.values()) for (const r of plan.resources.values()) {
    partition.registerSeen({ plugin: plugin.name, resourceId: r.resource.id }, { revision: rev++, storedAtMs: nowMs - 30_000, register: { plugin: plugin.name, resourceId: r.resource.id, running: false, agentId: "a" + (rev % 7), attempt: "x", fence: 1, leaseMs: 15000, slotAtMs: nowMs - 60_000, startedAtMs: nowMs - 60_000, finishedAtMs: nowMs - 59_000, status: "success", state: new Uint8Array() } });
  }
  out.push(`registers: ${(performance.now() - t).toFixed(0)} ms`);
  t = performance.now();
  partition.begin(nowMs, "scheduler_away");
  out.push(`begin: ${(performance.now() - t).toFixed(0)} ms, sent ${sent}`);
  global.gc?.(); global.gc?.();
  const m = process.memoryUsage();
  out.push(`rss ${(m.rss / 1e6).toFixed(0)} MB (before ${(rss0.rss / 1e6).toFixed(0)}), heap ${(m.heapUsed / 1e6).toFixed(0)}, buffers ${(m.arrayBuffers / 1e6).toFixed(0)} MB`);
  await Promise.resolve();
  pending.length = 0;
  // steady state: each tick sends, then registers move twice
  const ticks: number[] = [];
  const cpu0 = process.cpuUsage();
  const w0 = performance.now();
  let tickMs = 0;
  let seeMs = 0;
  const sent0 = sent;
  for (let i = 0; i < 2400; i += 1) {
    nowMs += 25;
    const a = performance.now();
    partition.tick("scheduler_away");
    const b = performance.now();
    await Promise.resolve(); await Promise.resolve();
    ticks.push(b - a);
    tickMs += b - a;
    for (const { pair, task } of pending.splice(0)) {
      const reg = { plugin: pair.plugin, resourceId: pair.resourceId, running: true, agentId: "a1", attempt: "x", fence: 0, leaseMs: 15000, slotAtMs: task.slotAtMs, startedAtMs: 0, finishedAtMs: 0, status: "success" as const, state: task.state };
      const c = performance.now();
      partition.registerSeen(pair, { register: reg, revision: rev++, storedAtMs: nowMs });
      partition.registerSeen(pair, { register: { ...reg, running: false, startedAtMs: nowMs, finishedAtMs: nowMs }, revision: rev++, storedAtMs: nowMs });
      seeMs += performance.now() - c;
    }
  }
  const cpu = process.cpuUsage(cpu0);
  ticks.sort((a, b) => a - b);
  out.push(`60 s of slots: sent ${sent - sent0}, tick total ${tickMs.toFixed(0)} ms (${(tickMs / 600).toFixed(2)} % of a core), registers ${seeMs.toFixed(0)} ms (${(seeMs / 600).toFixed(2)} %), all cpu ${((cpu.user + cpu.system) / 1000).toFixed(0)} ms, tick p50 ${ticks[1200]!.toFixed(2)} p99 ${ticks[2376]!.toFixed(2)} max ${ticks[2399]!.toFixed(2)} ms, wall ${(performance.now() - w0).toFixed(0)}`);
  out.push(JSON.stringify(missed.counts()));
  const m2 = process.memoryUsage();
  out.push(`rss ${(m2.rss / 1e6).toFixed(0)} MB heap ${(m2.heapUsed / 1e6).toFixed(0)}`);
  t = performance.now();
  for (let i = 0; i < 100000; i += 1) phaseMs({ plugin: "snmp-interface", resourceId: `device-${i}.example.net` }, 60000);
  out.push(`phaseMs ${((performance.now() - t) * 10).toFixed(0)} ns`);
  process.stderr.write(out.join("\n") + "\n");
}, 600_000);
