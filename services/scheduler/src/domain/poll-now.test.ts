import type { PluginRecord } from "@ocelli/model";
import { beforeEach, describe, expect, test } from "vitest";
import { anAgent, aRecord, aRegister, aResource, aSpec, startMs } from "../testing/builders.js";
import { Rig } from "../testing/rig.js";
import { pollNow } from "./poll-now.js";

const spec = aSpec({ resourceFilter: 'resource_class = "network"' });
const record: PluginRecord = { name: "p", active: spec, candidate: undefined, problems: [] };

let rig: Rig;
beforeEach(() => {
  rig = new Rig(4);
  const { catalogue, plan } = rig.scheduler;
  catalogue.putPlugin(record);
  catalogue.putAgent(anAgent("a", { p: "ready" }), startMs, startMs);
  plan.setResource(aRecord(aResource("r")));
  plan.setResource(aRecord(aResource("host", { class: "system" })));
});

function poll(wish: { plugin?: string; resourceId?: string; force?: boolean } = {}) {
  const deps = {
    plan: rig.scheduler.plan,
    ledPartition: (number: number) => rig.scheduler.partition(number),
    limitsOf: (endpoint: string) => rig.scheduler.devices.limitsOf(endpoint),
    broker: rig.broker,
    registers: rig.registersPort,
    tasks: rig.tasks,
    events: rig.eventsPort,
  };
  return pollNow(deps, { plugin: "p", resourceId: "r", force: false, ...wish });
}

function ran(startedAtMs: number, running = false): void {
  const register = aRegister({ running, startedAtMs, slotAtMs: startedAtMs, state: new Uint8Array([9]) });
  rig.registers.set("p\u0000r", { register, revision: 41, storedAtMs: startedAtMs });
}

describe("what is asked for", () => {
  test("goes out at once where the guard is open, with the revision and the state that were read", async () => {
    ran(startMs - 20_000);
    expect(await poll()).toEqual({ kind: "sent", slotAtMs: startMs, wasForced: false });
    expect(rig.sent).toHaveLength(1);
    expect(rig.sent[0]).toMatchObject({
      onDemand: true,
      revision: 41,
      slotAtMs: startMs,
      notBeforeAtMs: startMs,
      expiresAtMs: startMs + 10_000,
      state: new Uint8Array([9]),
    });
    expect(rig.events).toEqual([]);
  });

  test("of a pair that never ran expects what a removed register left", async () => {
    rig.traceRevision = 12;
    expect(await poll()).toMatchObject({ kind: "sent" });
    expect(rig.sent[0]?.revision).toBe(12);
  });

  test("is refused with the time left while the guard is closed", async () => {
    ran(startMs - 4_000);
    expect(await poll()).toEqual({ kind: "too_soon", waitMs: 5_500 });
    expect(rig.sent).toEqual([]);
  });

  test("by force skips the frequency, and is an event", async () => {
    ran(startMs - 4_000);
    expect(await poll({ force: true })).toMatchObject({ kind: "sent", wasForced: true });
    expect(rig.sent[0]?.revision).toBe(41);
    expect(rig.events).toMatchObject([{ type: "run.forced", plugin: "p", resourceId: "r" }]);
  });

  test("never overlaps a run, by force neither", async () => {
    ran(startMs - 4_000, true);
    expect(await poll({ force: true })).toEqual({ kind: "running", waitMs: 13_000, agentId: "a" });
    expect(rig.sent).toEqual([]);
  });

  test("waits behind a task that is pending, and a force that came to nothing is no event", async () => {
    ran(startMs - 4_000);
    rig.answer = "pending";
    expect(await poll({ force: true })).toEqual({ kind: "pending" });
    expect(rig.events).toEqual([]);
  });

  describe("of a resource that moved 2 s ago", () => {
    beforeEach(() => {
      const moved = aRecord(aResource("r", { endpoint: "new" }), { endpointSinceAtMs: startMs + 1_000 });
      rig.scheduler.plan.setResource(moved);
      rig.nowMs = startMs + 3_000;
    });

    test.for([
      { why: "waits an interval from there", ranAtMs: undefined, waitMs: 8_000 },
      { why: "waits so even where it was at that endpoint before", ranAtMs: startMs - 60_000, waitMs: 8_000 },
      { why: "goes by the last run once one started there", ranAtMs: startMs + 2_000, waitMs: 8_500 },
    ])("$why", async ({ ranAtMs, waitMs }) => {
      if (ranAtMs !== undefined) ran(ranAtMs);
      expect(await poll()).toEqual({ kind: "too_soon", waitMs });
    });

    test("never overlaps a run of before, by force neither", async () => {
      ran(startMs - 4_000, true);
      expect(await poll({ force: true })).toMatchObject({ kind: "running" });
    });
  });

  test("of a resource that moved runs at once where one partition holds the registers of every endpoint", async () => {
    rig = new Rig(1);
    rig.scheduler.catalogue.putPlugin(record);
    rig.scheduler.catalogue.putAgent(anAgent("a", { p: "ready" }), startMs, startMs);
    rig.scheduler.plan.setResource(aRecord(aResource("r"), { endpointSinceAtMs: startMs + 1_000 }));
    rig.nowMs = startMs + 3_000;
    ran(startMs - 60_000);
    expect(await poll()).toMatchObject({ kind: "sent" });
  });
});

describe("what cannot be asked for", () => {
  test.for([
    { why: "an unknown plugin, with the nearest", wish: { plugin: "q" }, code: "not_found", words: "did you mean p?" },
    { why: "an unknown resource", wish: { resourceId: "x" }, code: "not_found", words: "no resource x" },
    { why: "no resource", wish: { resourceId: "" }, code: "invalid", words: "needs a resource" },
    {
      why: "a resource it does not match, with the filter",
      wish: { resourceId: "host" },
      code: "precondition",
      words: 'resource_class = "network"',
    },
  ])("$why", async ({ wish, code, words }) => {
    const refusal = poll(wish);
    await expect(refusal).rejects.toMatchObject({ code });
    await expect(refusal).rejects.toThrow(words);
    expect(rig.sent).toEqual([]);
  });

  test("anything while the broker is away", async () => {
    rig.isKnown = false;
    await expect(poll()).rejects.toMatchObject({ code: "unavailable" });
  });

  test("a plugin that no agent has ready", async () => {
    rig.scheduler.catalogue.refresh(startMs + 15_000);
    await expect(poll()).rejects.toMatchObject({ code: "precondition" });
  });
});
