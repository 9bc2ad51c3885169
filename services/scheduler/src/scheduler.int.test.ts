import { partitionOf, skewMs } from "@ocelli/model";
import { PollNowOutcome } from "@ocelli/proto/scheduler";
import { eventually, realClock } from "@ocelli/test-kit";
import { afterEach, beforeEach, expect, test } from "vitest";
import { aRegister, aResource } from "./testing/builders.js";
import { FakeAgent } from "./testing/fake-agent.js";
import { Mesh } from "./testing/mesh.js";

const frequencyMs = 2_000;
const ids = Array.from({ length: 40 }, (_, i) => `dev.${i} ü`);

let mesh: Mesh;
let agent: FakeAgent;
beforeEach(async () => {
  mesh = await Mesh.open(4);
  await mesh.putPlugin({ name: "p", frequencyMs });
  await mesh.putResources(ids.map((id) => aResource(id)));
  agent = new FakeAgent(mesh.bus, ["p"]);
  await agent.report(["p"]);
});
afterEach(async () => {
  agent.close();
  await mesh.close();
});

const pass = (ms: number): Promise<void> => realClock.sleep(ms);

function startsOf(id: string): number[] {
  return agent.hits.filter(({ key }) => key === `p ${id}`).map(({ startedAtMs }) => startedAtMs);
}

/** No device saw two runs closer than the frequency allows, and no slot twice. */
function expectGuarded(): void {
  for (const id of ids) {
    const starts = startsOf(id);
    // Both stamps are estimates of the broker's clock, a few ms apart at most.
    starts.slice(1).forEach((start, i) => {
      expect(start - (starts[i] ?? 0)).toBeGreaterThanOrEqual(frequencyMs - skewMs(frequencyMs) - 20);
    });
  }
  const slots = agent.hits.map(({ key, task }) => `${key} ${task.slotAtMs}`);
  expect(new Set(slots).size).toBe(slots.length);
}

/** Every device has been seen at least so often. */
async function eachRan(times: number): Promise<void> {
  await eventually(() => {
    for (const id of ids) expect(startsOf(id).length).toBeGreaterThanOrEqual(times);
  });
}

test("two schedulers share the partitions, each slot runs once, and each task carries the register's revision", async () => {
  const a = await mesh.start("a");
  const b = await mesh.start("b");
  await eachRan(3);
  const [first, second] = [await a.rpc.getStatus({}), await b.rpc.getStatus({})];
  expect([...first.leads, ...second.leads].sort()).toEqual([0, 1, 2, 3]);
  expect(first.pairs + second.pairs).toBe(40);
  expect([...first.missed, ...second.missed]).toEqual([]);
  expectGuarded();
  expect(agent.superseded).toEqual([]);
  const late = agent.hits.map(({ startedAtMs, task }) => startedAtMs - task.slotAtMs).sort((x, y) => x - y);
  expect(late[Math.floor(late.length / 2)]).toBeLessThan(500);
});

test("when one stops the other takes its partitions over, and no device notices", async () => {
  const a = await mesh.start("a");
  await eventually(async () => expect((await a.rpc.getStatus({})).leads).toHaveLength(4));
  const b = await mesh.start("b");
  await eachRan(1);
  await a.stop();
  await eventually(async () => expect((await b.rpc.getStatus({})).leads).toHaveLength(4));
  const before = agent.hits.length;
  await eventually(() => expect(agent.hits.length).toBeGreaterThanOrEqual(before + 80));
  expectGuarded();
  expect((await b.rpc.getStatus({})).missed).toEqual([]);
});

test("partitions of a scheduler that died are taken over within 5 s", async () => {
  for (let k = 0; k < 4; k += 1) await mesh.bus.leases.create(`partition-${k}`, { holder: "dead", leaseMs: 3_000 });
  const startedAtMs = realClock.monotonicMs();
  const a = await mesh.start("a");
  await eventually(async () => expect((await a.rpc.getStatus({})).leads).toHaveLength(4));
  expect(realClock.monotonicMs() - startedAtMs).toBeLessThan(5_500);
  await eachRan(1);
});

test.for([
  { why: "dies and returns", away: () => mesh.nats.kill(), back: () => mesh.nats.restart() },
  { why: "is frozen and thawed", away: async () => mesh.nats.freeze(), back: async () => mesh.nats.thaw() },
])("a broker that $why is no reason to catch up, and everything goes on by itself", async ({ away, back }) => {
  const a = await mesh.start("a");
  await eachRan(2);
  await away();
  await pass(5_000);
  const before = agent.hits.length;
  await back();
  await eventually(() => expect(agent.hits.length).toBeGreaterThanOrEqual(before + 80), 25_000);
  expectGuarded();
  const { missed, brokerKnown } = await a.rpc.getStatus({});
  expect(brokerKnown).toBe(true);
  const slots = (reason: string): number =>
    missed.filter((count) => count.reason === reason).reduce((sum, count) => sum + Number(count.slots), 0);
  expect(slots("broker_away")).toBeGreaterThanOrEqual(40);
  expect(slots("scheduler_away")).toBe(0);
});

test("a restart moves no slot, and what passed meanwhile is counted", async () => {
  const a = await mesh.start("a");
  await eachRan(2);
  const phases = new Map(agent.hits.map(({ key, task }) => [key, task.slotAtMs % frequencyMs]));
  await a.stop();
  await pass(2 * frequencyMs + 500);
  const b = await mesh.start("b");
  await eachRan(4);
  for (const { key, task } of agent.hits) expect(task.slotAtMs % frequencyMs).toBe(phases.get(key));
  expectGuarded();
  const away = (await b.rpc.getStatus({})).missed.find(({ reason }) => reason === "scheduler_away");
  expect(Number(away?.slots ?? 0)).toBeGreaterThanOrEqual(40);
});

test("a pause stops a plugin on all schedulers, and resume lets it go on", async () => {
  const a = await mesh.start("a");
  const b = await mesh.start("b");
  await eachRan(1);
  await expect(a.rpc.pausePlugin({ plugin: "q", reason: "" })).rejects.toMatchObject({ code: "not_found" });
  await a.rpc.pausePlugin({ plugin: "p", reason: "maintenance" });
  for (const { rpc } of [a, b]) {
    await eventually(async () =>
      expect((await rpc.getStatus({})).paused).toMatchObject([{ plugin: "p", reason: "maintenance" }]),
    );
  }
  const pausedAtMs = mesh.bus.brokerNowMs();
  await pass(frequencyMs + 500);
  expect(agent.hits.filter(({ task }) => task.slotAtMs > pausedAtMs)).toEqual([]);
  const [view] = (await a.rpc.listPairs({ plugin: "p", limit: 1 })).pairs;
  expect(view?.reason ?? "paused").toBe("paused");
  const before = agent.hits.length;
  await b.rpc.resumePlugin({ plugin: "p" });
  await eventually(() => expect(agent.hits.length).toBeGreaterThanOrEqual(before + 40));
  expectGuarded();
});

test("poll now is refused with the time left, runs when the guard is open, and by force", async () => {
  // So long that no slot comes meanwhile.
  await mesh.putPlugin({ name: "p", frequencyMs: 3_600_000 });
  const a = await mesh.start("a");
  const [id = ""] = ids;
  const poll = (force = false) => a.rpc.pollNow({ plugin: "p", resourceId: id, force });
  await eventually(async () => expect((await poll()).outcome).toBe(PollNowOutcome.SENT));
  await eventually(() => expect(startsOf(id)).toHaveLength(1));
  const refused = await eventually(async () => {
    const answer = await poll();
    expect(answer.outcome).toBe(PollNowOutcome.TOO_SOON);
    return answer;
  });
  expect(Number(refused.waitMs)).toBeGreaterThan(3_000_000);
  expect(refused.message).toMatch(/too soon after the last run: 3\d{3}\.\d s left/);
  expect((await poll(true)).outcome).toBe(PollNowOutcome.SENT);
  await eventually(() => expect(startsOf(id)).toHaveLength(2));
  expect(agent.hits.every(({ task }) => task.onDemand)).toBe(true);
  agent.runMs = 2_000;
  await eventually(async () => expect((await poll(true)).outcome).toBe(PollNowOutcome.SENT));
  await eventually(async () => expect((await poll(true)).outcome).toBe(PollNowOutcome.RUNNING));
});

test("poll now runs a pair whose register was removed, on a scheduler that leads nothing", async () => {
  for (let k = 0; k < 4; k += 1) await mesh.bus.leases.create(`partition-${k}`, { holder: "b", leaseMs: 600_000 });
  const [id = ""] = ids;
  const table = mesh.bus.registers[partitionOf("p", aResource(id), 4)];
  await table?.put(["p", id], aRegister({ resourceId: id }));
  await table?.remove(["p", id]);
  const a = await mesh.start("a");
  const poll = () => a.rpc.pollNow({ plugin: "p", resourceId: id, force: false });
  await eventually(async () => expect((await poll()).outcome).toBe(PollNowOutcome.SENT));
  await eventually(() => expect(startsOf(id)).toHaveLength(1));
  expect(agent.superseded).toEqual([]);
});

test("resources and plugins that come and go are followed", async () => {
  const a = await mesh.start("a");
  await eachRan(1);
  await mesh.bus.resources.remove(ids[0] ?? "");
  await mesh.putResources([aResource("new")]);
  await eventually(() => expect(startsOf("new").length).toBeGreaterThanOrEqual(1));
  await eventually(async () => expect((await a.rpc.getStatus({})).pairs).toBe(40));
  const due = (await a.rpc.listDue({ limit: 1000 })).pairs;
  expect(due).toHaveLength(40);
  expect(due.map(({ resourceId }) => resourceId)).not.toContain(ids[0]);
  await mesh.bus.plugins.remove("p");
  await eventually(async () => expect((await a.rpc.getStatus({})).pairs).toBe(0));
});
