import { beforeEach, describe, expect, test } from "vitest";
import { aRegister } from "../testing/builders.js";
import { firstSlotMs, frequencyMs, onePair, pair, resource } from "../testing/one-pair.js";

let { world, plugin, passTo } = onePair();
beforeEach(() => {
  ({ world, plugin, passTo } = onePair());
});

describe("the broker is away", () => {
  test.for([
    { why: "for less than the catch-up, the slot still runs", awayMs: 900, afterMs: 800, misses: {} },
    { why: "for half an interval, the slot is missed", awayMs: 5_000, afterMs: 4_500, misses: { broker_away: 1 } },
    {
      why: "for three intervals, three slots are missed and none is caught up",
      awayMs: 30_000,
      afterMs: 25_000,
      misses: { broker_away: 3 },
    },
  ])("$why", async ({ awayMs, afterMs, misses }) => {
    await passTo(2, afterMs - awayMs);
    const before = world.sent.length;
    world.brokerAway = true;
    await world.pass(awayMs);
    expect(world.sent).toHaveLength(before);
    world.brokerAway = false;
    await world.pass(500);
    expect(world.sent.length - before).toBeLessThanOrEqual(1);
    await world.pass(frequencyMs);
    expect(world.misses()).toEqual(misses);
  });
});

describe("the broker goes while a task is on its way", () => {
  test.for([
    { why: "and is back at once: the task is sent again", awayMs: 500, ran: 3, misses: {} },
    {
      why: "and is back too late: the slot is missed, and the next is on time",
      awayMs: 2_500,
      ran: 2,
      misses: { broker_away: 1 },
    },
  ])("$why", async ({ awayMs, ran, misses }) => {
    await passTo(2, -50);
    world.losesSends = true;
    await world.pass(100);
    world.losesSends = false;
    world.brokerAway = true;
    await world.pass(awayMs);
    world.brokerAway = false;
    await passTo(3, 500);
    expect(world.misses()).toEqual(misses);
    expect(world.hits).toHaveLength(ran);
    expect(world.hits.at(-1)?.slotAtMs).toBe(firstSlotMs + 2 * frequencyMs);
  });
});

test("a slot that waits for its guard when the broker goes is given up, and the next is on time", async () => {
  world.nextRun = { takeAfterMs: 5, runMs: 11_500 };
  await passTo(1, 500);
  world.nextRun = { takeAfterMs: 5, runMs: 100 };
  await passTo(3, 500);
  world.brokerAway = true;
  await world.pass(3_000);
  world.brokerAway = false;
  await passTo(4, 500);
  expect(world.misses()).toEqual({ too_soon: 1 });
  expect(world.hits.at(-1)).toMatchObject({ slotAtMs: firstSlotMs + 3 * frequencyMs });
  expect((world.hits.at(-1)?.startedAtMs ?? 0) - firstSlotMs - 3 * frequencyMs).toBeLessThan(100);
});

describe("another scheduler takes over", () => {
  test("and sends nothing a second time", async () => {
    await passTo(2, 500);
    const before = world.sent.length;
    world.restart([[plugin, resource]]);
    await world.pass(1_000);
    expect(world.sent).toHaveLength(before);
    await passTo(3, 500);
    expect(world.hits).toHaveLength(3);
    expect(world.misses()).toEqual({});
  });

  test("counts the slots that passed while none ran, and runs the newest if it is young", async () => {
    await passTo(1, 500);
    world.nowMs = firstSlotMs + 4 * frequencyMs + 300;
    world.restart([[plugin, resource]]);
    await world.pass(500);
    expect(world.misses()).toEqual({ scheduler_away: 3 });
    expect(world.hits.map(({ slotAtMs }) => slotAtMs)).toEqual([firstSlotMs, firstSlotMs + 4 * frequencyMs]);
  });

  test("holds a slot on that the one before held", async () => {
    world.nextRun = { takeAfterMs: 5, runMs: 14_000 };
    await passTo(2, 500);
    world.restart([[plugin, resource]]);
    world.nextRun = { takeAfterMs: 5, runMs: 100 };
    await passTo(2, 9_000);
    expect(world.hits).toHaveLength(2);
    expect(world.misses()).toEqual({});
  });
});

describe("a pair that is removed", () => {
  test("keeps its guard when it comes back", async () => {
    await passTo(1, 500);
    world.partition.take("p", "r");
    await world.pass(2_000);
    world.partition.put(plugin, resource);
    await passTo(3, 500);
    expect(world.hits.map(({ slotAtMs }) => slotAtMs)).toEqual([0, 1, 2].map((k) => firstSlotMs + k * frequencyMs));
    expect(world.sent.at(-1)?.revision).toBeGreaterThan(0);
  });

  test("has its register removed after an interval and the longest lease, not sooner", async () => {
    await passTo(1, 500);
    world.partition.take("p", "r");
    await world.pass(frequencyMs + 60_000);
    expect(world.registers.size).toBe(1);
    await world.pass(5_000);
    expect(world.registers.size).toBe(0);
  });

  test("is claimed over the trace that the removal of its register left", async () => {
    await passTo(1, 500);
    world.partition.take("p", "r");
    await world.pass(frequencyMs + 70_000);
    world.sent.length = 0;
    world.partition.put(plugin, resource);
    await world.pass(frequencyMs);
    expect(world.sent[0]?.revision).toBeGreaterThan(0);
  });

  test("ends its open slot: taken or missed", async () => {
    world.noTaker = true;
    await passTo(1, 500);
    world.partition.take("p", "r");
    await world.pass(frequencyMs);
    expect(world.misses()).toEqual({ not_taken: 1 });
  });
});

test("a frequency that changes moves the pair to its new place and keeps the guard", async () => {
  await passTo(2, 500);
  plugin.change({ ...plugin.spec, frequencyMs: 60_000 }, "polling");
  world.partition.put(plugin, resource);
  await world.pass(130_000);
  const starts = world.hits.map(({ startedAtMs }) => startedAtMs);
  starts.slice(2).forEach((start, i) => {
    expect(start - (starts[i + 1] ?? 0)).toBeGreaterThanOrEqual(59_000);
  });
  expect(world.hits.length).toBeGreaterThanOrEqual(3);
});

test("slots of a plugin that ran once count, even where no agent is left to say that it was ready", async () => {
  plugin.everReady = false;
  plugin.ready = false;
  world.put(pair, aRegister({ slotAtMs: firstSlotMs - frequencyMs }), 0);
  await passTo(3, 100);
  expect(world.misses()).toEqual({ no_agent: 3 });
});
