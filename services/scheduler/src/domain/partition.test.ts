import { phaseMs, slotAfter } from "@ocelli/model";
import { beforeEach, describe, expect, test } from "vitest";
import { aPlanned, aRegister, startMs } from "../testing/builders.js";
import { firstSlotMs, frequencyMs, onePair, pair, resource } from "../testing/one-pair.js";

let { world, plugin, passTo } = onePair();
beforeEach(() => {
  ({ world, plugin, passTo } = onePair());
});

describe("an undisturbed pair", () => {
  test("runs at each of its slots, and nothing is missed", async () => {
    await passTo(5, 1000);
    const slots = world.hits.map(({ slotAtMs }) => slotAtMs);
    expect(slots).toEqual([0, 1, 2, 3, 4].map((k) => firstSlotMs + k * frequencyMs));
    expect(world.misses()).toEqual({});
  });

  test("the task says what the scheduler saw", async () => {
    await passTo(2, 0);
    world.put(
      pair,
      aRegister({ slotAtMs: firstSlotMs, state: new Uint8Array([4]) }),
      world.registers.get("p\u0000r")?.revision ?? 0,
    );
    await passTo(3, 1000);
    const task = world.sent.at(-1);
    expect(task).toMatchObject({
      plugin: "p",
      slotAtMs: firstSlotMs + 2 * frequencyMs,
      notBeforeAtMs: firstSlotMs + 2 * frequencyMs,
      expiresAtMs: firstSlotMs + 3 * frequencyMs,
      pluginRevision: "1",
      onDemand: false,
    });
    expect(task?.state).toEqual(new Uint8Array([4]));
  });
});

describe("a slot that cannot run", () => {
  test("waits for a run that is over before the next slot, and is not missed", async () => {
    world.nextRun = { takeAfterMs: 5, runMs: 11_500 };
    await passTo(1, 500);
    world.nextRun = { takeAfterMs: 5, runMs: 100 };
    await passTo(3, 9_000);
    const [first, second] = world.hits;
    expect((second?.startedAtMs ?? 0) - (first?.startedAtMs ?? 0)).toBeGreaterThanOrEqual(11_500);
    expect(second?.slotAtMs).toBe(firstSlotMs + frequencyMs);
    expect(world.misses()).toEqual({});
  });

  test("costs the one behind it where it starts later than four intervals make up for, and then is on time again", async () => {
    world.nextRun = { takeAfterMs: 5, runMs: 14_000 };
    await passTo(1, 500);
    world.nextRun = { takeAfterMs: 5, runMs: 100 };
    await passTo(5, 500);
    expect(world.misses()).toEqual({ too_soon: 1 });
    const starts = world.hits.map(({ startedAtMs, slotAtMs }) => [
      (slotAtMs - firstSlotMs) / frequencyMs,
      startedAtMs - slotAtMs,
    ]);
    expect(starts.map(([slot]) => slot)).toEqual([0, 1, 3, 4]);
    for (const [slot, lateMs] of starts) if (slot !== 1) expect(lateMs).toBeLessThan(100);
  });

  test("is missed as running where the run covers the whole interval", async () => {
    world.nextRun = { takeAfterMs: 5, runMs: 25_000 };
    await passTo(3, 100);
    expect(world.misses()).toEqual({ running: 1 });
  });

  test("is missed as not_taken where no agent takes its task", async () => {
    world.noTaker = true;
    await passTo(3, 100);
    expect(world.misses()).toEqual({ not_taken: 2 });
    world.noTaker = false;
    await passTo(6, 100);
    expect(world.misses()["not_taken"]).toBeLessThanOrEqual(3);
    expect(world.hits.length).toBeGreaterThanOrEqual(2);
  });

  test("is missed as no_agent while no agent is ready", async () => {
    await passTo(1, 100);
    plugin.ready = false;
    await passTo(3, 100);
    expect(world.misses()).toEqual({ no_agent: 2 });
  });

  test("of a run that dies is lost, once, and the next takes over when the lease is over", async () => {
    world.nextRun = { takeAfterMs: 5, runMs: undefined };
    await passTo(1, 100);
    world.nextRun = { takeAfterMs: 5, runMs: 100 };
    await passTo(3, 100);
    expect(world.misses()).toEqual({ agent_lost: 1 });
    expect(world.hits).toHaveLength(3);
  });
});

describe("a slot that does not count", () => {
  test("while the plugin was never ready", async () => {
    plugin.everReady = false;
    plugin.ready = false;
    await passTo(3, 100);
    expect(world.misses()).toEqual({});
    expect(world.sent).toEqual([]);
  });

  test("while the plugin is paused; afterwards it goes on with the next slot", async () => {
    plugin.paused = true;
    await passTo(2, 5000);
    expect(world.sent).toEqual([]);
    plugin.paused = false;
    await passTo(3, 100);
    expect(world.misses()).toEqual({});
    expect(world.hits).toHaveLength(1);
  });

  test.for([
    { why: "of a resource whose endpoint moved", storedAfterMs: 0, ranAtMs: undefined },
    { why: "of one that moved back to where it ran before", storedAfterMs: 0, ranAtMs: startMs - 60_000 },
    { why: "of one whose run of before ended after the move", storedAfterMs: 4_000, ranAtMs: startMs - 9_000 },
  ])("$why, for one interval after the move", async ({ storedAfterMs, ranAtMs }) => {
    const movedPair = { plugin: "p", resourceId: "m" };
    world.partition.put(plugin, aPlanned("m", startMs + 3_000));
    await world.pass(storedAfterMs);
    if (ranAtMs !== undefined) world.put(movedPair, aRegister({ ...movedPair, startedAtMs: ranAtMs }), 0);
    await world.pass(startMs + 40_000 - world.nowMs);
    const starts = world.hits.filter((hit) => hit.pair.resourceId === "m").map(({ startedAtMs }) => startedAtMs);
    expect(starts[0]).toBeGreaterThanOrEqual(startMs + 13_000);
    expect(starts).toHaveLength(2);
    expect(world.misses()).toEqual({});
  });
});

describe("a late run", () => {
  test("puts the next slot off until the guard opens, and the pair works its way back to its place", async () => {
    world.nextRun = { takeAfterMs: 1_500, runMs: 100 };
    await passTo(1, 2_000);
    world.nextRun = { takeAfterMs: 5, runMs: 100 };
    await passTo(5, 1_000);
    const late = world.hits.map(({ startedAtMs, slotAtMs }) => startedAtMs - slotAtMs);
    expect(late[0]).toBeGreaterThanOrEqual(1_500);
    expect(late[1]).toBeGreaterThanOrEqual(1_000);
    expect(late[4]).toBeLessThan(100);
    expect(world.misses()).toEqual({});
  });

  test("by more than it can make up for loses one slot, and the next is on time", async () => {
    world.nextRun = { takeAfterMs: 6_000, runMs: 100 };
    await passTo(1, 7_000);
    world.nextRun = { takeAfterMs: 5, runMs: 100 };
    await passTo(3, 1_000);
    expect(world.hits.map(({ slotAtMs }) => slotAtMs - firstSlotMs)).toEqual([0, 2 * frequencyMs]);
    expect(world.hits.at(-1)?.startedAtMs).toBeLessThan(firstSlotMs + 2 * frequencyMs + 100);
    expect(world.misses()).toEqual({ too_soon: 1 });
  });

  test("on demand just before a slot does not make the pair run twice", async () => {
    await passTo(2, -300);
    world.onDemand(plugin, resource);
    await passTo(3, 9_000);
    const starts = world.hits.map(({ startedAtMs }) => startedAtMs);
    starts.slice(1).forEach((start, i) => {
      expect(start - (starts[i] ?? 0)).toBeGreaterThanOrEqual(frequencyMs - 500);
    });
    expect(world.misses()).toEqual({});
  });
});

test("a task that was refused because the pair ran out of turn is no missed slot: that run stands for it", async () => {
  await passTo(2, -300);
  world.feedDelayMs = 400;
  world.onDemand(plugin, resource);
  await passTo(2, 200);
  expect(world.sent.at(-1)?.slotAtMs).toBe(firstSlotMs + frequencyMs);
  await passTo(3, 500);
  expect(world.hits.map(({ slotAtMs }) => slotAtMs - firstSlotMs)).toEqual([0, frequencyMs - 300, 2 * frequencyMs]);
  expect(world.misses()).toEqual({});
});

describe("a discovery that never ran", () => {
  const discoveryPair = { plugin: "p", resourceId: "" };
  const slotMs = slotAfter(startMs, phaseMs(discoveryPair, frequencyMs), frequencyMs);

  test("runs its first slot as soon as an agent is ready, and goes on with its second slot", async () => {
    plugin.ready = false;
    world.partition.put(plugin, undefined);
    await world.pass(200);
    const ahead = () => world.hits.filter(({ pair: { resourceId } }) => resourceId === "");
    expect(ahead()).toEqual([]);
    plugin.ready = true;
    await world.pass(200);
    expect(ahead()).toMatchObject([{ slotAtMs: slotMs }]);
    await world.pass(slotMs + frequencyMs + 500 - world.nowMs);
    expect(ahead().map(({ slotAtMs }) => slotAtMs)).toEqual([slotMs, slotMs + frequencyMs]);
  });
});
