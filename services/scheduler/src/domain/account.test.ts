import type { PluginRecord } from "@ocelli/model";
import { beforeEach, expect, test } from "vitest";
import { anAgent, aRecord, aResource, aSpec, startMs } from "../testing/builders.js";
import { Rig } from "../testing/rig.js";

const record: PluginRecord = { name: "p", active: aSpec(), candidate: undefined, problems: [] };

let rig: Rig;
beforeEach(() => {
  rig = new Rig();
  const { plan } = rig.scheduler;
  rig.plan(record);
  for (const id of ["a", "b", "c"]) plan.setResource(aRecord(aResource(id)));
});

function told(): number {
  const counts = rig.events.filter(({ type }) => type === "slot.missed").map(({ attributes }) => attributes["count"]);
  return counts.reduce((sum, count) => sum + Number(count), 0);
}

const counted = (): number => rig.scheduler.status().missed.reduce((sum, { slots }) => sum + slots, 0);
const account = () => rig.scheduler.accountOf(0);
const untold = (): number => account()?.missed.reduce((sum, { slots }) => sum + slots, 0) ?? 0;

/** Leads with no agent, so that slots are missed as they come. */
async function leadInVain(): Promise<void> {
  await rig.lead();
  rig.scheduler.catalogue.putAgent(anAgent("a", { p: "failed" }), rig.nowMs, rig.nowMs);
}

test("nothing is said of a partition before its slots were looked at, so that who dies meanwhile hides nothing", async () => {
  rig.scheduler.lead(rig.leadership(0, { handledToMs: startMs - 5_000, missed: [] }));
  await rig.pass(1_000);
  expect(account()).toBeUndefined();
  rig.feeds.get(0)?.feed.caughtUp();
  await new Promise((resolve) => setImmediate(resolve));
  await rig.pass(100);
  expect(account()).toEqual({ handledToMs: rig.nowMs, missed: [] });
});

test("what is counted is kept in the same tick, and no more once it is told", async () => {
  await leadInVain();
  const before = rig.saves;
  while (counted() === 0) await rig.pass(25);
  expect(rig.saves).toBe(before + 1);
  expect(untold()).toBe(counted());
  await rig.pass(1_100);
  expect(told()).toBeGreaterThan(0);
  expect(untold()).toBe(counted() - told());
  expect(rig.saves).toBeGreaterThanOrEqual(before + 2);
});

test("an event that was not stored is told again until it is", async () => {
  rig.storesEvents = false;
  await leadInVain();
  await rig.pass(20_000);
  expect(untold()).toBe(counted());
  rig.storesEvents = true;
  await rig.pass(2_100);
  expect(told()).toBeGreaterThanOrEqual(6);
  expect(untold()).toBe(counted() - told());
});

test("what whoever led before counted and told nobody is told", async () => {
  await rig.lead(0, { handledToMs: startMs, missed: [{ plugin: "p", reason: "agent_lost", slots: 4 }] });
  await rig.pass(2_000);
  expect(rig.events).toMatchObject([{ type: "slot.missed", attributes: { reason: "agent_lost", count: "4" } }]);
  expect(rig.scheduler.status().missed).toEqual([{ plugin: "p", reason: "agent_lost", slots: 4 }]);
});

test("who loses a partition no longer counts what it told nobody: that is done by whoever follows", async () => {
  rig.storesEvents = false;
  await leadInVain();
  await rig.pass(20_000);
  const left = account();
  rig.scheduler.lose(0);
  expect(counted()).toBe(0);
  await rig.lead(0, left);
  rig.storesEvents = true;
  await rig.pass(2_000);
  expect(told()).toBeGreaterThanOrEqual(6);
  expect(counted()).toBe(told() + untold());
});
