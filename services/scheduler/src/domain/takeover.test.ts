import { pairKey } from "@ocelli/model";
import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { aPlanned } from "../testing/builders.js";
import { firstSlotOf, frequencyMs, onePair, resource } from "../testing/one-pair.js";
import { World } from "../testing/world.js";
import type { PlannedPlugin, PlannedResource } from "./planned.js";

let { world, plugin, passTo } = onePair();
beforeEach(() => {
  ({ world, plugin, passTo } = onePair());
});

describe("the slot that was open when its scheduler died", () => {
  test.for([
    { why: "is counted where its time ended while nobody led", slots: 3, moreMs: 6_000, misses: { scheduler_away: 2 } },
    { why: "is counted, and the next one runs in time", slots: 3, moreMs: 300, misses: { scheduler_away: 1 } },
    { why: "is counted, with all that came after it", slots: 6, moreMs: 300, misses: { scheduler_away: 4 } },
    { why: "is followed on where it is still the newest", slots: 2, moreMs: 4_000, misses: { not_taken: 1 } },
  ])("$why", async ({ slots, moreMs, misses }) => {
    await passTo(1, 1_000);
    world.noTaker = true;
    await passTo(2, 500);
    world.schedulerAway = true;
    await passTo(slots, moreMs);
    world.queue.clear();
    world.restart([[plugin, resource]]);
    world.noTaker = slots === 2;
    await passTo(slots + 1, 100);
    expect(world.misses()).toEqual(misses);
  });

  test("is not counted where it runs all the same, just as the next one leads", async () => {
    await passTo(1, 1_000);
    world.nextRun = { takeAfterMs: 9_900, runMs: 50 };
    await passTo(2, 500);
    const pair = { plugin: "p", resourceId: "r" };
    const before = world.registers.get(pairKey(pair));
    world.schedulerAway = true;
    await passTo(2, 10_100);
    const ran = world.registers.get(pairKey(pair));
    if (!before || !ran) throw new Error("the pair did not run");
    world.registers.set(pairKey(pair), before);
    world.restart([[plugin, resource]]);
    expect(world.misses()).toEqual({ scheduler_away: 1 });
    world.partition.registerSeen(pair, ran);
    expect(world.misses()).toEqual({});
  });
});

describe("a slot that was given up at once is counted by the one that gave it up, and not again", () => {
  test("for want of an agent", async () => {
    await passTo(1, 1_000);
    plugin.ready = false;
    await passTo(2, 500);
    world.schedulerAway = true;
    await passTo(3, 300);
    world.restart([[plugin, resource]]);
    await passTo(4, 100);
    expect(world.misses()).toEqual({ no_agent: 3 });
  });

  test("but where agents were there when it came it is counted now", async () => {
    await passTo(1, 1_000);
    world.noTaker = true;
    await passTo(2, 500);
    world.schedulerAway = true;
    plugin.ready = false;
    plugin.readyUntilAtMs = world.nowMs;
    await passTo(3, 6_000);
    world.restart([[plugin, resource]]);
    expect(world.misses()).toEqual({ scheduler_away: 2 });
  });

  test("because the run before it came too late", async () => {
    world.nextRun = { takeAfterMs: 6_000, runMs: 100 };
    await passTo(1, 7_000);
    await passTo(2, 500);
    expect(world.misses()).toEqual({ too_soon: 1 });
    world.schedulerAway = true;
    world.nextRun = { takeAfterMs: 5, runMs: 100 };
    await passTo(3, 300);
    world.restart([[plugin, resource]]);
    await passTo(4, 100);
    expect(world.misses()).toEqual({ too_soon: 1 });
  });
});

test("whenever schedulers die and for however long nobody leads, each slot ran or is counted", async () => {
  const resources = ["a", "b", "c", "d", "e"].map((id) => aPlanned(id));
  const step = fc.record({
    awayMs: fc.constantFrom(0, 400, 4_000, 14_000, 35_000),
    noTaker: fc.boolean(),
    takeAfterMs: fc.constantFrom(5, 700, 7_000),
    passMs: fc.integer({ min: 1, max: 600 }).map((steps) => steps * 25),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      const all = new World();
      const pairs = resources.map((one): [PlannedPlugin, PlannedResource] => [plugin, one]);
      for (const [, one] of pairs) all.partition.put(plugin, one);
      await all.pass(12_000);
      for (const { awayMs, noTaker, takeAfterMs, passMs } of steps) {
        Object.assign(all, { noTaker, nextRun: { takeAfterMs, runMs: 50 } });
        await all.pass(passMs);
        all.schedulerAway = true;
        await all.pass(awayMs);
        all.restart(pairs);
      }
      Object.assign(all, { noTaker: false, nextRun: { takeAfterMs: 5, runMs: 50 } });
      await all.pass(40_000);
      // The newest slot of each may be open still.
      const due = resources.flatMap(({ resource: { id } }) => {
        const slots = Math.floor((all.nowMs - frequencyMs - firstSlotOf(id)) / frequencyMs) + 1;
        return Array.from({ length: slots }, (_, i) => `${id} ${firstSlotOf(id) + i * frequencyMs}`);
      });
      const ran = new Set(all.hits.map(({ pair, slotAtMs }) => `${pair.resourceId} ${slotAtMs}`));
      const missed = Object.values(all.misses()).reduce((sum, slots) => sum + slots, 0);
      expect(missed).toBeGreaterThanOrEqual(due.filter((slot) => !ran.has(slot)).length);
    }),
    { numRuns: 100 },
  );
}, 120_000);
