import type { PluginRecord } from "@ocelli/model";
import { eventually } from "@ocelli/test-kit";
import { beforeEach, describe, expect, test } from "vitest";
import { anAgent, aRecord, aRegister, aResource, aSpec, startMs } from "../testing/builders.js";
import { Rig } from "../testing/rig.js";

const record: PluginRecord = { name: "p", active: aSpec(), candidate: undefined, problems: [] };

let rig: Rig;
beforeEach(() => {
  rig = new Rig();
  const { plan } = rig.scheduler;
  rig.plan(record);
  for (const id of ["a", "b", "c"]) plan.setResource(aRecord(aResource(id)));
});

describe("leading a partition", () => {
  test("nothing is sent before all its registers have been read", async () => {
    rig.scheduler.lead(rig.leadership());
    await rig.pass(20_000);
    expect(rig.sent).toEqual([]);
    rig.feeds.get(0)?.feed.caughtUp();
    await rig.pass(10_000);
    expect(rig.sent.map(({ resource }) => resource?.id).sort()).toEqual(["a", "b", "c"]);
  });

  test("a task carries the revision that was read", async () => {
    rig.scheduler.lead(rig.leadership(0, { handledToMs: startMs, missed: [] }));
    await rig.pass(25);
    const pair = { plugin: "p", resourceId: "a" };
    const register = aRegister({ ...pair, slotAtMs: startMs - 60_000, startedAtMs: startMs - 60_000 });
    rig.feeds.get(0)?.feed.put(pair, { register, revision: 77, storedAtMs: startMs - 60_000 });
    rig.feeds.get(0)?.feed.caughtUp();
    await rig.pass(10_000);
    expect(rig.sent.find(({ resource }) => resource?.id === "a")?.revision).toBe(77);
  });

  test("once it is lost, nothing more is sent and its registers are let go", async () => {
    await rig.lead();
    await rig.pass(5_000);
    const before = rig.sent.length;
    rig.scheduler.lose(0);
    await rig.pass(20_000);
    expect(rig.sent).toHaveLength(before);
    expect(rig.feeds.get(0)?.signal.aborted).toBe(true);
    expect(rig.scheduler.status()).toMatchObject({ leads: [], pairs: 0, tasksSent: before });
  });

  test("while it is not certain nothing is sent, and what passed is counted when it is again", async () => {
    await rig.lead();
    await rig.pass(10_000);
    const before = rig.sent.length;
    rig.holds = false;
    await rig.pass(30_000);
    expect(rig.sent).toHaveLength(before);
    rig.holds = true;
    await rig.pass(100);
    const away = rig.scheduler.status().missed.filter(({ reason }) => reason.endsWith("away"));
    expect(away).toMatchObject([{ reason: "broker_away" }]);
    expect(away[0]?.slots).toBeGreaterThanOrEqual(6);
  });
});

describe("the broker is away", () => {
  test("nothing is sent, and what passed is counted as broker_away", async () => {
    await rig.lead();
    await rig.pass(10_000);
    const before = rig.sent.length;
    rig.isKnown = false;
    await rig.pass(30_000);
    expect(rig.sent).toHaveLength(before);
    rig.isKnown = true;
    await rig.pass(100);
    expect(rig.sent.length - before).toBeLessThanOrEqual(3);
    const missed = rig.scheduler.status().missed.filter(({ reason }) => reason.endsWith("away"));
    expect(missed.map(({ reason }) => reason)).toEqual(["broker_away"]);
  });

  test("a process that stood still itself does not blame the broker", async () => {
    await rig.lead();
    await rig.pass(10_000);
    rig.nowMs += 30_000;
    rig.monotonicMs += 30_000;
    rig.isKnown = false;
    await rig.pass(1_000);
    rig.isKnown = true;
    await rig.pass(100);
    const missed = rig.scheduler.status().missed.filter(({ reason }) => reason.endsWith("away"));
    expect(missed.map(({ reason }) => reason)).toEqual(["scheduler_away"]);
  });

  test("a task the broker did not answer for is tried again within its interval", async () => {
    await rig.lead();
    rig.answer = new Error("no answer");
    await rig.pass(10_000);
    const tries = rig.sent.filter(({ resource }) => resource?.id === "a").length;
    expect(tries).toBeGreaterThanOrEqual(1);
    rig.answer = "sent";
    await rig.pass(2_000);
    expect(rig.scheduler.status().tasksSent).toBeGreaterThanOrEqual(1);
  });
});

test("missed slots are told at most once a second for a plugin and reason, with their number", async () => {
  await rig.lead();
  rig.scheduler.catalogue.putAgent(anAgent("a", { p: "failed" }), rig.nowMs, rig.nowMs);
  await rig.pass(60_000);
  const told = rig.events.filter(({ type }) => type === "slot.missed");
  const slots = told.reduce((sum, { attributes }) => sum + Number(attributes["count"]), 0);
  expect(told.length).toBeLessThanOrEqual(60);
  expect(slots).toBeGreaterThanOrEqual(15);
});

test("a resource that comes and goes is scheduled and no more, while others keep their slots", async () => {
  await rig.lead();
  rig.scheduler.plan.setResource(aRecord(aResource("new")));
  await rig.pass(10_000);
  expect(rig.sent.filter(({ resource }) => resource?.id === "new")).toHaveLength(1);
  rig.scheduler.plan.removeResource("new");
  await rig.pass(10_000);
  expect(rig.sent.filter(({ resource }) => resource?.id === "new")).toHaveLength(1);
  expect(rig.scheduler.status().pairs).toBe(3);
});

test("a pause holds without touching a pair, and its end neither", async () => {
  await rig.lead();
  rig.scheduler.catalogue.putPause({ plugin: "p", sinceAtMs: startMs, reason: "" });
  await rig.pass(30_000);
  expect(rig.sent).toEqual([]);
  rig.scheduler.catalogue.removePause("p");
  await rig.pass(10_000);
  expect(rig.sent).toHaveLength(3);
  expect(rig.scheduler.status().missed).toEqual([]);
});

describe("the budget of devices", () => {
  test("counts what a former leader sent: until it is known, nothing is sent at all", async () => {
    for (const id of ["a", "b", "c"]) {
      rig.scheduler.plan.setResource(
        aRecord(aResource(id, { endpoint: "one", metadata: { device_max_in_flight: "1" } })),
      );
    }
    rig.pending = [{ plugin: "p", resourceId: "a" }];
    rig.pendingFailures = 3;
    rig.scheduler.lead(rig.leadership());
    rig.scheduler.tick();
    rig.feeds.get(0)?.feed.caughtUp();
    await rig.pass(25);
    await eventually(() => expect(rig.pendingFailures).toBe(0));
    await rig.pass(9_000);
    expect(rig.sent.filter(({ resource }) => resource?.id !== "a")).toEqual([]);
  });

  test("a value that is no number is told once, as an event that names resource and value", async () => {
    rig.scheduler.plan.setResource(aRecord(aResource("a", { metadata: { device_min_gap_ms: "soon" } })));
    await rig.lead();
    await rig.pass(5_000);
    const told = rig.events.filter(({ type }) => type === "device.setting_ignored");
    expect(told).toMatchObject([{ resourceId: "a", attributes: { key: "device_min_gap_ms", value: "soon" } }]);
  });
});
