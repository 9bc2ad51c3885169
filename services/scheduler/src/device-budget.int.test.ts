import type { PluginSpec } from "@ocelli/model";
import { PollNowOutcome } from "@ocelli/proto/scheduler";
import { eventually } from "@ocelli/test-kit";
import { afterEach, beforeEach, expect, test } from "vitest";
import { aResource } from "./testing/builders.js";
import { type DeviceHit, FakeAgent } from "./testing/fake-agent.js";
import { Mesh } from "./testing/mesh.js";

const plugins = ["p", "q", "r"];
const endpoint = "10.0.0.1";
const frequencyMs = 3_000;
const spec = (name: string): Partial<PluginSpec> => ({ name, frequencyMs });

let mesh: Mesh;
let agent: FakeAgent;
beforeEach(async () => {
  mesh = await Mesh.open(4);
  for (const name of plugins) await mesh.putPlugin(spec(name));
});
afterEach(async () => {
  agent?.close();
  await mesh.close();
});

async function putDevice(resources: number, metadata: Record<string, string>): Promise<void> {
  const all = Array.from({ length: resources }, (_, i) => aResource(`card-${i}`, { endpoint }));
  await mesh.putResources([...all, aResource("chassis", { endpoint, metadata })]);
}

async function startAgent(runMs: number): Promise<void> {
  agent = new FakeAgent(mesh.bus, plugins);
  agent.runMs = runMs;
  await agent.report(plugins);
}

const hits = (): DeviceHit[] => agent.hits;

/** Nobody has more than this at a time. A run holds from its claim to its completion. */
function mostAtOnce(runMs: number): number {
  const starts = hits().map(({ startedAtMs }) => startedAtMs);
  return Math.max(0, ...starts.map((at) => starts.filter((other) => other <= at && other + runMs > at).length));
}

test("three plugins share a device's two places, through a change of the leader, and all of them have their turns", async () => {
  await putDevice(4, { device_max_in_flight: "2" });
  await startAgent(250);
  const a = await mesh.start("a");
  await eventually(() => expect(hits().length).toBeGreaterThan(30), 40_000);
  const b = await mesh.start("b");
  await a.stop();
  await eventually(async () => expect((await b.rpc.getStatus({})).leads).toHaveLength(4));
  await eventually(() => {
    for (const name of plugins) {
      for (const id of ["card-0", "card-1", "card-2", "card-3", "chassis"]) {
        expect(hits().filter(({ key }) => key === `${name} ${id}`).length).toBeGreaterThanOrEqual(4);
      }
    }
  }, 40_000);
  expect(mostAtOnce(240)).toBe(2);
}, 90_000);

test("starts at a device keep their gap by the broker's stamps", async () => {
  await putDevice(3, { device_min_gap_ms: "150" });
  await startAgent(5);
  await mesh.start("a");
  await eventually(() => expect(hits().length).toBeGreaterThan(36), 20_000);
  const starts = hits().map(({ startedAtMs }) => startedAtMs);
  starts.sort((x, y) => x - y);
  const gaps = starts.slice(1).map((at, i) => at - (starts[i] ?? 0));
  // Both stamps are estimates of the broker's clock, a few ms apart at most.
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(150 - 5);
});

test("tasks that a former leader sent and nobody took are counted by the next one", async () => {
  for (const name of plugins) await mesh.putPlugin({ name, frequencyMs: 20_000 });
  await putDevice(4, { device_max_in_flight: "3" });
  agent = new FakeAgent(mesh.bus, []);
  await agent.report(plugins);
  const pending = async (): Promise<number> => {
    let count = 0;
    for (let partition = 0; partition < 4; partition += 1) {
      for await (const pairs of mesh.bus.tasks.pendingPairs(partition)) count += pairs.length;
    }
    return count;
  };
  const a = await mesh.start("a");
  await eventually(async () => expect(await pending()).toBe(3), 30_000);
  await a.stop();
  const b = await mesh.start("b");
  const busy = await eventually(async () => {
    const reasons = (await b.rpc.listPairs({ limit: 100 })).pairs.filter(({ reason }) => /^device_busy/.test(reason));
    expect(reasons.length).toBeGreaterThanOrEqual(3);
    return reasons[0];
  }, 30_000);
  // Three more were due since: without what was in the queue they would be there by now.
  expect(await pending()).toBe(3);
  expect(busy?.reason).toMatch(/^device_busy: 3 of 3 in flight on 10\.0\.0\.1/);
  const refused = await b.rpc.pollNow({ plugin: busy?.plugin ?? "", resourceId: busy?.resourceId ?? "", force: false });
  expect(refused.outcome).toBe(PollNowOutcome.DEVICE_BUSY);
}, 90_000);
