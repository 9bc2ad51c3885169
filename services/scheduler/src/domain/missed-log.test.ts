import { expect, test } from "vitest";
import { MissedLog } from "./missed-log.js";

test("slots of one plugin and reason are told in one event, with a few samples", () => {
  const log = new MissedLog();
  for (let i = 0; i < 8; i += 1) log.count("p", "running", `r${i}`, 2);
  log.count("p", "no_agent", "r1");
  const [running, noAgent, ...rest] = log.takeEvents();
  expect(rest).toEqual([]);
  expect(running).toMatchObject({ type: "slot.missed", plugin: "p", attributes: { reason: "running", count: "16" } });
  expect(JSON.parse(running?.attributes["resources"] ?? "")).toEqual(["r0", "r1", "r2", "r3", "r4"]);
  expect(noAgent).toMatchObject({ resourceId: "r1", attributes: { reason: "no_agent", count: "1" } });
});

test("what was told is not told again, and still counts", () => {
  const log = new MissedLog();
  log.count("p", "running", "r");
  log.takeEvents();
  expect(log.takeEvents()).toEqual([]);
  log.count("p", "running", "r");
  expect(log.takeEvents()).toHaveLength(1);
  expect(log.counts()).toEqual([{ plugin: "p", reason: "running", slots: 2 }]);
});

test("a slot that ran after all is taken back", () => {
  const log = new MissedLog();
  log.count("p", "not_taken", "r");
  log.recant("p", "not_taken");
  expect(log.counts()).toEqual([]);
  expect(log.takeEvents()).toEqual([]);
});
