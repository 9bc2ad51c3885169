import type { PluginRecord } from "@ocelli/model";
import { beforeEach, describe, expect, test } from "vitest";
import { aRecord, aRegister, aResource, aSpec } from "../testing/builders.js";
import { Rig } from "../testing/rig.js";
import { pollNow } from "./poll-now.js";

const record: PluginRecord = { name: "p", active: aSpec({ frequencyMs: 60_000 }), candidate: undefined, problems: [] };
const endpoint = "10.0.0.1";

let rig: Rig;
beforeEach(() => {
  rig = new Rig();
  const { plan } = rig.scheduler;
  rig.plan(record);
  plan.setResource(aRecord(aResource("r", { endpoint, metadata: { device_max_in_flight: "1" } })));
  plan.setResource(aRecord(aResource("other", { endpoint })));
});

function poll(force = false) {
  const { plan, devices } = rig.scheduler;
  const deps = {
    plan,
    broker: rig.broker,
    registers: rig.registersPort,
    tasks: rig.tasks,
    events: rig.eventsPort,
    ledPartition: (number: number) => rig.scheduler.partition(number),
    limitsOf: (at: string) => devices.limitsOf(at),
  };
  return pollNow(deps, { plugin: "p", resourceId: "r", force });
}

function otherRuns(startedAtMs: number): void {
  const pair = { plugin: "p", resourceId: "other" };
  const seen = { register: aRegister({ ...pair, running: true, startedAtMs }), revision: 5, storedAtMs: startedAtMs };
  rig.registers.set("p\u0000other", seen);
  rig.feeds.get(0)?.feed.put(pair, seen);
}

describe.for([
  { who: "the scheduler that leads the device", leads: true },
  { who: "a scheduler that does not lead it", leads: false },
])("$who", ({ leads }) => {
  beforeEach(async () => {
    rig.scheduler.tick();
    if (leads) await rig.lead();
  });

  test("refuses a run on a device that is busy, and says with what", async () => {
    otherRuns(rig.nowMs);
    expect(await poll()).toEqual({ kind: "device_busy", waitMs: 0, why: `1 of 1 in flight on ${endpoint}` });
    expect(rig.sent).toEqual([]);
  });

  test("runs by force all the same, which is an event", async () => {
    otherRuns(rig.nowMs);
    expect(await poll(true)).toMatchObject({ kind: "sent", wasForced: true });
    expect(rig.events).toMatchObject([{ type: "run.forced", resourceId: "r", attributes: { device_busy: "true" } }]);
  });

  test("sends where the device is free", async () => {
    expect(await poll()).toMatchObject({ kind: "sent", wasForced: false });
  });

  test("refuses a run that comes too close after another start, with the time left", async () => {
    const gap = { device_min_gap_ms: "30000" };
    rig.scheduler.plan.setResource(aRecord(aResource("r", { endpoint, metadata: gap })));
    otherRuns(rig.nowMs);
    expect(await poll()).toMatchObject({ kind: "device_busy", waitMs: 31_000 });
  });
});

test("a run out of turn takes a place of the budget until it is over", async () => {
  await rig.lead();
  rig.registers.clear();
  expect(await poll()).toMatchObject({ kind: "sent" });
  const partition = rig.scheduler.partition(0);
  const id = partition?.index.get("p", "other") ?? -1;
  expect(partition?.gate.standingOf(id)?.inFlight).toBe(1);
  const pair = { plugin: "p", resourceId: "r" };
  const register = aRegister({ ...pair, slotAtMs: rig.nowMs, startedAtMs: rig.nowMs });
  rig.feeds.get(0)?.feed.put(pair, { register, revision: 9, storedAtMs: rig.nowMs });
  expect(partition?.gate.standingOf(id)?.inFlight).toBe(0);
});
