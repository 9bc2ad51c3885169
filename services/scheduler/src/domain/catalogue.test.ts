import type { PluginRecord } from "@ocelli/model";
import { expect, test } from "vitest";
import { anAgent, aSpec, startMs } from "../testing/builders.js";
import { Catalogue } from "./catalogue.js";
import { Plan } from "./plan.js";

const { service: _, ...withoutService } = aSpec();
const spec = { ...withoutService, service: undefined };
const record: PluginRecord = { name: "p", active: spec, candidate: undefined, problems: [] };

function catalogueOf() {
  const plan = new Plan(1, { get: () => undefined });
  const catalogue = new Catalogue(plan, (steps) => {
    while (!steps.next().done);
  });
  return { plan, catalogue, planned: () => plan.plugins.get("p") };
}

test("a plugin is planned once somebody knows what it does, and due once it was ready", () => {
  const { catalogue, planned } = catalogueOf();
  catalogue.putPlugin(record);
  expect(planned()).toBeUndefined();
  catalogue.putAgent(anAgent("a", { p: "starting" }), startMs, startMs);
  expect(planned()).toMatchObject({ kind: "polling", ready: false, due: false });
  catalogue.putAgent(anAgent("a", { p: "ready" }), startMs, startMs);
  expect(planned()).toMatchObject({ ready: true, due: true });
  catalogue.refresh(startMs + 15_000);
  expect(planned()).toMatchObject({ ready: false, due: true });
});

test("a pause holds whichever comes first, pause or plugin", () => {
  const { catalogue, planned } = catalogueOf();
  catalogue.putPause({ plugin: "p", sinceAtMs: startMs, reason: "" });
  catalogue.putAgent(anAgent("a", { p: "ready" }), startMs, startMs);
  catalogue.putPlugin(record);
  expect(planned()?.due).toBe(false);
  catalogue.removePause("p");
  expect(planned()?.due).toBe(true);
});

test("a plugin without an accepted file is not planned", () => {
  const { catalogue, planned } = catalogueOf();
  catalogue.putAgent(anAgent("a", { p: "ready" }), startMs, startMs);
  catalogue.putPlugin({ ...record, active: undefined, candidate: spec });
  expect(planned()).toBeUndefined();
  catalogue.putPlugin(record);
  expect(planned()).toBeDefined();
  catalogue.putPlugin({ ...record, active: undefined });
  expect(planned()).toBeUndefined();
});

test("a newer file takes effect without losing what is known of the plugin", () => {
  const { catalogue, planned } = catalogueOf();
  catalogue.putAgent(anAgent("a", { p: "ready" }), startMs, startMs);
  catalogue.putPlugin(record);
  const before = planned();
  catalogue.putPlugin({ ...record, active: { ...spec, revision: "2", frequencyMs: 60_000 } });
  expect(planned()).toBe(before);
  expect(planned()).toMatchObject({ spec: { revision: "2", frequencyMs: 60_000 }, ready: true });
});
