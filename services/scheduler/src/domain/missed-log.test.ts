import { expect, test } from "vitest";
import { missedEvents } from "./missed-events.js";
import { MissedLog, summed } from "./missed-log.js";

/** Has everything told, and all of it stored or not. */
function tell(logs: readonly MissedLog[], stored = true) {
  const events = missedEvents(logs.flatMap((log) => log.takeUntold()));
  for (const { settle } of events) settle(stored);
  return events.map(({ event }) => event);
}

test("slots of one plugin and reason are told in one event, with a few samples, whatever their partition", () => {
  const [log, other] = [new MissedLog(), new MissedLog()];
  for (let i = 0; i < 4; i += 1) log.count("p", "running", `r${i}`, 2);
  for (let i = 4; i < 8; i += 1) other.count("p", "running", `r${i}`, 2);
  log.count("p", "no_agent", "r1");
  const [running, noAgent, ...rest] = tell([log, other]);
  expect(rest).toEqual([]);
  expect(running).toMatchObject({ type: "slot.missed", plugin: "p", attributes: { reason: "running", count: "16" } });
  expect(JSON.parse(running?.attributes["resources"] ?? "")).toEqual(["r0", "r1", "r2", "r3", "r4"]);
  expect(noAgent).toMatchObject({ resourceId: "r1", attributes: { reason: "no_agent", count: "1" } });
});

test("what was told is not told again, and still counts", () => {
  const log = new MissedLog();
  log.count("p", "running", "r");
  tell([log]);
  expect(tell([log])).toEqual([]);
  log.count("p", "running", "r");
  expect(tell([log])).toHaveLength(1);
  expect(log.counts()).toEqual([{ plugin: "p", reason: "running", slots: 2 }]);
});

test("what was told and not stored is told again, with what came meanwhile", () => {
  const log = new MissedLog();
  log.count("p", "running", "r", 2);
  tell([log], false);
  log.count("p", "running", "s");
  expect(tell([log])).toMatchObject([{ attributes: { count: "3", resources: '["r","s"]' } }]);
});

test("a slot that ran after all is taken back", () => {
  const log = new MissedLog();
  log.count("p", "not_taken", "r");
  log.recant("p", "not_taken");
  expect(log.counts()).toEqual([]);
  expect(tell([log])).toEqual([]);
});

test("what no stored event tells of is there for whoever leads next, until it is told", () => {
  const log = new MissedLog();
  log.count("p", "running", "r", 3);
  const [{ settle } = { settle: () => {} }] = log.takeUntold();
  log.count("p", "running", "r");
  expect(log.untold()).toEqual([{ plugin: "p", reason: "running", slots: 4 }]);
  settle(true);
  expect(log.untold()).toEqual([{ plugin: "p", reason: "running", slots: 1 }]);
});

test("what is handed over counts once: with the one who takes it on", () => {
  const [log, next] = [new MissedLog(), new MissedLog()];
  log.count("p", "running", "r", 3);
  tell([log]);
  log.count("p", "running", "r", 2);
  next.adopt(log.untold());
  log.handOver();
  expect(summed([...log.counts(), ...next.counts()])).toEqual([{ plugin: "p", reason: "running", slots: 5 }]);
  expect(tell([next])).toMatchObject([{ attributes: { count: "2" } }]);
  expect(tell([log])).toEqual([]);
});

test("there is news where something was counted or told, once", () => {
  const log = new MissedLog();
  expect(log.takeNews()).toBe(false);
  log.count("p", "running", "r");
  expect([log.takeNews(), log.takeNews()]).toEqual([true, false]);
  tell([log]);
  expect([log.takeNews(), log.takeNews()]).toEqual([true, false]);
});
