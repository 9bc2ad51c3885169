import type { MeshEvent } from "@ocelli/model";
import { expect, test } from "vitest";
import type { Service } from "../world/service.js";
import type { World } from "../world/world.js";
import { missedBy } from "./collect-facts.js";

function told(atMs: number, slots: number, from = "scheduler/scheduler-1"): MeshEvent {
  const attributes = { reason: "running", count: String(slots) };
  return { atMs, type: "slot.missed", plugin: "poll", resourceId: "", message: "", attributes, from };
}

const events = [told(1_000, 2), told(2_500, 1), told(6_000, 4), told(1_500, 8, "scheduler/scheduler-2")];
const counted = [{ plugin: "poll", reason: "running", slots: 16 }];
const world = { counters: { missedOf: () => counted } } as unknown as World;

test.for([
  { why: "of a process that was never started again what it counted is exact", isUp: true, startedAtMs: 0, slots: 16 },
  { why: "what those before it told is added", isUp: true, startedAtMs: 5_000, slots: 19 },
  { why: "of one that is down there is only what was told", isUp: false, startedAtMs: 5_000, slots: 23 },
])("$why", ({ isUp, startedAtMs, slots }) => {
  const scheduler = { name: "scheduler-1", isUp, startedAtMs } as Service;
  const missed = missedBy(world, scheduler, events);
  expect(missed.reduce((sum, one) => sum + one.slots, 0)).toBe(slots);
});
