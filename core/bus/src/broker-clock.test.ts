import { ManualClock } from "@ocelli/test-kit";
import { describe, expect, test } from "vitest";
import { BrokerClock } from "./broker-clock.js";

const truth = 1_700_000_000_000;

describe("the broker's clock", () => {
  test("is unknown until it was seen", () => {
    expect(new BrokerClock(new ManualClock()).nowMs()).toBeNaN();
  });

  test("goes on by monotonic time after a sighting, whatever the wall clock does", async () => {
    const clock = new ManualClock(0);
    const broker = new BrokerClock(clock);
    broker.observe(truth);
    await clock.advance(5_000);
    expect(broker.nowMs()).toBe(truth + 5_000);
  });

  test("is never put ahead by an old message that is read late", async () => {
    const clock = new ManualClock();
    const broker = new BrokerClock(clock);
    await clock.advance(10_000);
    broker.observe(truth);
    broker.observe(truth - 3_600_000);
    expect(broker.nowMs()).toBe(truth);
  });

  test("follows a broker whose clock went back once a fresh probe says so", async () => {
    const clock = new ManualClock();
    const broker = new BrokerClock(clock);
    broker.observe(truth);
    await clock.advance(1_000);
    broker.probe(truth - 60_000, clock.monotonicMs());
    expect(broker.nowMs()).toBe(truth - 60_000);
  });

  test("does not run away with a local clock that is too fast: an old sighting stops to count", async () => {
    const clock = new ManualClock();
    const broker = new BrokerClock(clock);
    broker.observe(truth);
    for (let i = 1; i <= 3; i += 1) {
      await clock.advance(31_000);
      broker.observe(truth + i * 30_000); // the local clock gains 1 s in 31
    }
    expect(broker.nowMs() - (truth + 90_000)).toBeLessThanOrEqual(1_000);
  });
});
