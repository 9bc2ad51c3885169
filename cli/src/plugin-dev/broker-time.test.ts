import type { Clock } from "@ocelli/model";
import { ManualClock } from "@ocelli/test-kit";
import { expect, test } from "vitest";
import { BrokerTime } from "./broker-time.js";

test("the broker's clock goes on from a scheduler's word, counted from before the question", async () => {
  const clock = new ManualClock();
  const time = new BrokerTime(async () => {
    await clock.advance(40);
    return { brokerNowMs: 5_000, brokerKnown: true };
  }, clock);
  expect(time.nowMs()).toBeUndefined();
  await time.sync();
  expect(time.nowMs()).toBe(5_040);
  await clock.advance(1_000);
  expect(time.nowMs()).toBe(6_040);
});

test("a scheduler that is not sure of it makes it unknown", async () => {
  let brokerKnown = true;
  const time = new BrokerTime(async () => ({ brokerNowMs: 5_000, brokerKnown }), new ManualClock());
  await time.sync();
  brokerKnown = false;
  await time.sync();
  expect(time.nowMs()).toBeUndefined();
});

test("an old word is none any more", async () => {
  const clock = new ManualClock();
  const time = new BrokerTime(async () => ({ brokerNowMs: 5_000, brokerKnown: true }), clock);
  await time.sync();
  await clock.advance(121_000);
  expect(time.nowMs()).toBeUndefined();
});

test("after a sleep of this machine it is unknown, for its monotonic clock slept too", async () => {
  const manual = new ManualClock();
  let sleptMs = 0;
  const clock: Clock = {
    nowMs: () => manual.nowMs() + sleptMs,
    monotonicMs: () => manual.monotonicMs(),
    sleep: (ms, signal) => manual.sleep(ms, signal),
  };
  const time = new BrokerTime(async () => ({ brokerNowMs: 5_000, brokerKnown: true }), clock);
  await time.sync();
  sleptMs = 3_600_000;
  expect(time.nowMs()).toBeUndefined();
});
