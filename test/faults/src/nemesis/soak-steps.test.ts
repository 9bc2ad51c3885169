import { expect, test } from "vitest";
import { usualLoad } from "../world/load.js";
import { diceOf } from "./random.js";
import { longLived, soakSteps } from "./soak-steps.js";

const spanMs = 3_600_000;
const steps = soakSteps(diceOf(1, "soak"), spanMs, usualLoad);

test("every trouble is over when its round becomes quiet", () => {
  expect(steps.length).toBeGreaterThan(500);
  expect(Math.max(...steps.map(({ atMs, forMs = 0 }) => atMs + forMs))).toBeLessThanOrEqual(spanMs);
});

test("those whose memory is judged are never killed", () => {
  const killed = new Set(steps.filter(({ does }) => does === "kill").map(({ to }) => to));
  expect(killed).toEqual(new Set(["agent-1", "agent-2", "scheduler-1", "registry-1", "nats-1"]));
  expect(longLived.some((name) => killed.has(name))).toBe(false);
});

test("nobody is troubled in two ways at a time", () => {
  for (const name of new Set(steps.map(({ to = "" }) => to.split(" ")[0]))) {
    let untilMs = 0;
    for (const { atMs, forMs = 0 } of steps.filter(({ to = "" }) => to.split(" ")[0] === name)) {
      expect(atMs).toBeGreaterThanOrEqual(untilMs);
      untilMs = atMs + forMs;
    }
  }
});

test("no agent is frozen for as long as a lease: no pair may be hit twice because of it", () => {
  const frozen = steps.filter(({ does, to }) => does === "freeze" && to?.startsWith("agent"));
  expect(frozen.length).toBeGreaterThan(0);
  for (const { forMs = 0 } of frozen) expect(forMs).toBeLessThan(usualLoad.leaseS * 1000);
});

test("all kinds of trouble come", () => {
  expect(new Set(steps.map(({ does }) => does)).size).toBe(8);
});
