import type { PluginRecord } from "@ocelli/model";
import fc from "fast-check";
import { beforeEach, expect, test } from "vitest";
import { anAgent, aRecord, aRegister, aResource, aSpec, startMs } from "../testing/builders.js";
import { Rig } from "../testing/rig.js";
import { FirstOf } from "./first-of.js";
import { listDue, listLate, listPairs } from "./pair-views.js";

const ids = Array.from({ length: 40 }, (_, i) => `r${String(i).padStart(2, "0")}`);
const all = { plugin: "", resourceId: "", limit: 1000 };

let rig: Rig;
beforeEach(async () => {
  rig = new Rig();
  const { catalogue, plan } = rig.scheduler;
  const record = (name: string, frequencyMs: number): PluginRecord => ({
    name,
    active: aSpec({ name, frequencyMs }),
    candidate: undefined,
    problems: [],
  });
  catalogue.putPlugin(record("fast", 10_000));
  catalogue.putPlugin(record("slow", 3_600_000));
  const agent = { ...anAgent("a", { fast: "ready", slow: "ready" }), leaseMs: 3_600_000 };
  catalogue.putAgent(agent, startMs, startMs);
  for (const id of ids) plan.setResource(aRecord(aResource(id)));
  await rig.lead();
});

const partitions = () => [...rig.scheduler.partitions()];

test("what is due comes soonest first, whatever its frequency, each pair once", () => {
  const due = listDue(partitions(), all, rig.nowMs);
  expect(due).toHaveLength(80);
  const at = due.map(({ nextSlotAtMs }) => nextSlotAtMs);
  expect(at).toEqual([...at].sort((a, b) => a - b));
  expect(listDue(partitions(), { ...all, limit: 3 }, rig.nowMs)).toEqual(due.slice(0, 3));
});

test("what is due can be narrowed to a plugin or a resource, and leaves out what is paused", () => {
  expect(listDue(partitions(), { ...all, plugin: "slow", limit: 5 }, rig.nowMs).map(({ pair }) => pair.plugin)).toEqual(
    Array(5).fill("slow"),
  );
  expect(listDue(partitions(), { ...all, resourceId: "r07" }, rig.nowMs).map(({ pair }) => pair.plugin)).toEqual([
    "fast",
    "slow",
  ]);
  rig.scheduler.catalogue.putPause({ plugin: "fast", sinceAtMs: 0, reason: "" });
  expect(listDue(partitions(), all, rig.nowMs)).toHaveLength(40);
});

test("what is late says how late and why", async () => {
  await rig.pass(10_000);
  const late = listLate(partitions(), 1000, rig.nowMs);
  const ages = late.map(({ lateMs }) => lateMs);
  expect(ages).toEqual([...ages].sort((a, b) => b - a));
  expect(late.length).toBeGreaterThan(20);
  expect(late[0]).toMatchObject({ reason: "not_taken", sentSlotAtMs: rig.nowMs - (ages[0] ?? 0) });
});

test("pairs are listed in order with what their registers say", () => {
  const register = aRegister({ plugin: "fast", resourceId: "r01", agentId: "a7" });
  rig.feeds.get(0)?.feed.put({ plugin: "fast", resourceId: "r01" }, { register, revision: 5, storedAtMs: startMs });
  const listed = listPairs(partitions(), { ...all, plugin: "fast", limit: 2 }, rig.nowMs);
  expect(listed.map(({ pair }) => pair.resourceId)).toEqual(["r00", "r01"]);
  expect(listed[1]?.seen).toMatchObject({ revision: 5, register: { agentId: "a7" } });
  expect(listPairs(partitions(), { ...all, plugin: "slow", resourceId: "r03" }, rig.nowMs)).toHaveLength(1);
});

test("the first of many are those that a sort would bring first", () => {
  fc.assert(
    fc.property(fc.array(fc.nat()), fc.integer({ min: 1, max: 10 }), (items, limit) => {
      const first = new FirstOf<number>(limit, (a, b) => a - b);
      for (const item of items) first.offer(item);
      expect(first.list()).toEqual(items.toSorted((a, b) => a - b).slice(0, limit));
    }),
  );
});
