import { phaseMs, slotAfter } from "@ocelli/model";
import { beforeEach, describe, expect, test } from "vitest";
import { aPlanned, aPlugin, startMs } from "../testing/builders.js";
import { type Hit, World } from "../testing/world.js";
import { listLate } from "./pair-views.js";
import type { PlannedPlugin } from "./planned.js";

const endpoint = "10.0.0.1";
const frequencyMs = 10_000;

let world: World;
beforeEach(() => {
  world = new World();
});

/** So many resources of one device, under one plugin. */
function plan(count: number, plugin: PlannedPlugin = aPlugin({ frequencyMs }), at = endpoint): string[] {
  const ids = Array.from({ length: count }, (_, i) => `r${i}`);
  for (const id of ids) world.partition.put(plugin, aPlanned(id, 0, { endpoint: at }));
  return ids;
}

function atOnce(hits: readonly Hit[]): number {
  const during = hits.map(
    ({ startedAtMs }) =>
      hits.filter((other) => other.startedAtMs <= startedAtMs && (other.endedAtMs ?? Infinity) > startedAtMs).length,
  );
  return Math.max(0, ...during);
}

const runsOf = (resourceId: string, plugin = "p"): Hit[] =>
  world.hits.filter(({ pair }) => pair.plugin === plugin && pair.resourceId === resourceId);

describe("a device with more due than it stands", () => {
  test("sees four runs at once and no more, and every slot still runs where there is time for it", async () => {
    const ids = plan(12);
    world.nextRun = { takeAfterMs: 5, runMs: 2_500 };
    await world.pass(60_000);
    expect(atOnce(world.hits)).toBe(4);
    expect(world.misses()).toEqual({});
    for (const id of ids) expect(runsOf(id).length).toBeGreaterThanOrEqual(5);
  });

  test("costs no slot where there is time for all, however late some of them always are", async () => {
    const plugin = aPlugin({ frequencyMs });
    const phaseOf = (resourceId: string): number => phaseMs({ plugin: "p", resourceId }, frequencyMs);
    const ids = Array.from({ length: 200 }, (_, i) => `r${i}`)
      .sort((a, b) => phaseOf(a) - phaseOf(b))
      .slice(0, 3);
    for (const id of ids) world.partition.put(plugin, aPlanned(id, 0, { endpoint }));
    world.limits.set(endpoint, { maxInFlight: 1, minGapMs: 0 });
    world.nextRun = { takeAfterMs: 5, runMs: 1_500 };
    await world.pass(200_000);
    const lateMs = world.hits.slice(-3).map(({ slotAtMs, startedAtMs }) => startedAtMs - slotAtMs);
    expect(Math.max(...lateMs)).toBeGreaterThan(frequencyMs / 5);
    expect(world.misses()).toEqual({});
    for (const id of ids) expect(runsOf(id).length).toBeGreaterThanOrEqual(19);
  });

  test("that was busy once costs a slot, and not a lateness of many intervals", async () => {
    const intervalMs = 300_000;
    const phaseOf = (resourceId: string): number => phaseMs({ plugin: "p", resourceId }, intervalMs);
    const [long = "", waits = ""] = ["r0", "r1"].sort((a, b) => phaseOf(a) - phaseOf(b));
    for (const id of [long, waits])
      world.partition.put(aPlugin({ frequencyMs: intervalMs }), aPlanned(id, 0, { endpoint }));
    world.limits.set(endpoint, { maxInFlight: 1, minGapMs: 0 });
    await world.pass(2 * intervalMs);
    const apartMs = phaseOf(waits) - phaseOf(long);
    world.nextRun = { takeAfterMs: 5, runMs: apartMs + 100_000 };
    await world.pass(slotAfter(world.nowMs, phaseOf(long), intervalMs) - world.nowMs + 1_000);
    world.nextRun = { takeAfterMs: 5, runMs: 50 };
    await world.pass(8 * intervalMs);
    const lateMs = runsOf(waits).map(({ slotAtMs, startedAtMs }) => startedAtMs - slotAtMs);
    expect(Math.max(...lateMs)).toBeGreaterThan(90_000);
    expect(lateMs.at(-1)).toBeLessThan(100);
  });

  test("gives each pair its turn where there is no time for all, and what was held for its interval is device_busy", async () => {
    const ids = plan(12);
    world.limits.set(endpoint, { maxInFlight: 1, minGapMs: 0 });
    world.nextRun = { takeAfterMs: 5, runMs: 2_500 };
    await world.pass(200_000);
    expect(atOnce(world.hits)).toBe(1);
    expect(world.hits.length).toBeGreaterThan(200_000 / 2_700);
    const runs = ids.map((id) => runsOf(id).length);
    expect(Math.min(...runs)).toBeGreaterThanOrEqual(4);
    // A slot that was held for long makes the next one too soon.
    const { device_busy: busy = 0, too_soon: tooSoon = 0 } = world.misses();
    expect(busy).toBeGreaterThan(tooSoon);
    expect(busy + tooSoon + world.hits.length).toBeGreaterThanOrEqual(12 * 19);
  });

  test("serves the slot that is due the longest first, of whichever plugin", async () => {
    world.limits.set(endpoint, { maxInFlight: 1, minGapMs: 0 });
    for (const name of ["p", "q", "s"]) plan(3, aPlugin({ name, frequencyMs: 30_000 }));
    world.nextRun = { takeAfterMs: 0, runMs: 2_900 };
    await world.pass(120_000);
    const slots = world.hits.slice(9).map(({ slotAtMs }) => slotAtMs);
    expect(slots).toEqual([...slots].sort((a, b) => a - b));
    expect(world.misses()).toEqual({});
  });

  test("says why a pair waits", async () => {
    plan(12);
    world.limits.set(endpoint, { maxInFlight: 2, minGapMs: 0 });
    world.nextRun = { takeAfterMs: 5, runMs: 8_000 };
    await world.pass(20_000);
    const reasons = listLate([world.partition], 100, world.nowMs).map(({ reason }) => reason);
    expect(reasons).toContainEqual(expect.stringMatching(/^device_busy: 2 of 2 in flight on 10\.0\.0\.1, \d+ wait$/));
  });

  test("forgets a pair that is paused or removed while it waits", async () => {
    const [victim = ""] = plan(1, aPlugin({ name: "z", frequencyMs: 20_000 }));
    const paused = aPlugin({ name: "y", frequencyMs: 20_000 });
    plan(1, paused);
    world.limits.set(endpoint, { maxInFlight: 1, minGapMs: 0 });
    world.partition.put(aPlugin({ name: "long", frequencyMs: 60_000 }), aPlanned("l", 0, { endpoint }));
    world.nextRun = { takeAfterMs: 0, runMs: 50_000 };
    for (let left = 80; left > 0 && !world.hits.some(({ pair }) => pair.plugin === "long"); left -= 1) {
      for (const [, { task }] of world.queue) if (task.plugin !== "long") world.untaken.add(task.plugin);
      await world.pass(1_000);
    }
    world.nextRun = { takeAfterMs: 0, runMs: 50 };
    world.untaken.clear();
    world.hits.length = 0;
    world.partition.take("z", victim);
    paused.paused = true;
    await world.pass(100_000);
    expect(runsOf(victim, "z")).toEqual([]);
    expect(runsOf("r0", "y")).toEqual([]);
  });
});

test("a plugin whose tasks nobody takes holds up no other for longer than 12 s, and runs when somebody takes them", async () => {
  world.limits.set(endpoint, { maxInFlight: 1, minGapMs: 0 });
  plan(1, aPlugin({ name: "deaf", frequencyMs: 3_600_000 }));
  plan(2, aPlugin({ name: "p", frequencyMs: 5_000 }));
  world.untaken.add("deaf");
  const isOpen = (): boolean => world.sent.some(({ plugin }) => plugin === "deaf");
  for (let left = 3_700; left > 0 && !isOpen(); left -= 1) await world.pass(1_000);
  expect(isOpen()).toBe(true);
  world.hits.length = 0;
  await world.pass(60_000);
  const starts = world.hits.map(({ startedAtMs }) => startedAtMs);
  const gaps = starts.slice(1).map((at, i) => at - (starts[i] ?? 0));
  expect(Math.max(...gaps)).toBeLessThanOrEqual(13_000);
  for (const id of ["r0", "r1"]) expect(runsOf(id).length).toBeGreaterThanOrEqual(8);
  // An agent is back: it throws the task away that lapsed, and the next one is not long in coming.
  world.untaken.delete("deaf");
  await world.pass(20_000);
  expect(runsOf("r0", "deaf")).toHaveLength(1);
});

test("starts at one device keep their gap, counted from when the run before was there at the latest", async () => {
  world.limits.set(endpoint, { maxInFlight: 4, minGapMs: 300 });
  plan(8);
  world.nextRun = { takeAfterMs: 40, runMs: 100 };
  await world.pass(60_000);
  const hits = [...world.hits].sort((a, b) => a.startedAtMs - b.startedAtMs);
  const gaps = hits.slice(1).map(({ startedAtMs }, i) => startedAtMs - (hits[i]?.endedAtMs ?? 0));
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(300);
  expect(world.misses()).toEqual({});
  expect(hits.length).toBeGreaterThanOrEqual(8 * 5);
});

test("a run longer than a second holds the next start back by a second and the gap", async () => {
  world.limits.set(endpoint, { maxInFlight: 4, minGapMs: 500 });
  plan(4);
  world.nextRun = { takeAfterMs: 0, runMs: 6_000 };
  await world.pass(60_000);
  const starts = world.hits.map(({ startedAtMs }) => startedAtMs).sort((a, b) => a - b);
  const gaps = starts.slice(1).map((at, i) => at - (starts[i] ?? 0));
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1_500);
  expect(atOnce(world.hits)).toBeGreaterThan(1);
});

test("resources without an endpoint are no device: nothing is held back", async () => {
  world.limits.set("", { maxInFlight: 1, minGapMs: 5_000 });
  plan(12, aPlugin({ frequencyMs }), "");
  world.nextRun = { takeAfterMs: 0, runMs: 9_000 };
  await world.pass(30_000);
  expect(atOnce(world.hits)).toBeGreaterThan(4);
});

test("a new leader counts what the former one sent and what runs", async () => {
  world.limits.set(endpoint, { maxInFlight: 2, minGapMs: 0 });
  const plugin = aPlugin({ frequencyMs });
  const ids = plan(10, plugin);
  world.nextRun = { takeAfterMs: 3_000, runMs: 4_000 };
  for (let restarts = 0; restarts < 20; restarts += 1) {
    await world.pass(1_700);
    world.restart(ids.map((id) => [plugin, aPlanned(id, 0, { endpoint })]));
  }
  expect(world.hits.length).toBeGreaterThan(5);
  expect(atOnce(world.hits)).toBeLessThanOrEqual(2);
  expect(world.nowMs).toBeGreaterThan(startMs);
});
