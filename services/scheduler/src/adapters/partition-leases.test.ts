import type { SlotAccount } from "@ocelli/model";
import { ManualClock, silent } from "@ocelli/test-kit";
import { beforeEach, describe, expect, test } from "vitest";
import type { Leadership } from "../domain/ports.js";
import { MemoryLeases } from "../testing/memory-leases.js";
import { PartitionLeases } from "./partition-leases.js";

let clock: ManualClock;
let leases: MemoryLeases;
/** What each who competes says of its slots, by holder and partition. */
let accounts: Map<string, SlotAccount>;
beforeEach(() => {
  clock = new ManualClock();
  leases = new MemoryLeases(clock);
  accounts = new Map();
});

/** One scheduler that competes, and what it leads. */
function compete(holder: string, partitions: number) {
  const stop = new AbortController();
  const led = new Map<number, Leadership>();
  const lost: number[] = [];
  const running = new PartitionLeases(
    { leases, brokerNowMs: () => clock.nowMs(), clock, log: silent },
    { partitions, holder, leaseMs: 3_000 },
    {
      gained: (leadership) => led.set(leadership.partition, leadership),
      lost: (partition) => {
        led.delete(partition);
        lost.push(partition);
      },
      accountOf: (partition) => accounts.get(`${holder} ${partition}`),
    },
  ).run(stop.signal);
  const end = async (): Promise<void> => {
    stop.abort();
    await clock.advance(0);
    await running;
  };
  return { led, lost, end, holds: (partition: number) => led.get(partition)?.holds() ?? false };
}

async function pass(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 100) await clock.advance(Math.min(100, left));
}

test("one scheduler leads everything, and goes on leading", async () => {
  const a = compete("a", 4);
  await pass(20_000);
  expect([...a.led.keys()].sort()).toEqual([0, 1, 2, 3]);
  expect(a.lost).toEqual([]);
  expect([0, 1, 2, 3].every(a.holds)).toBe(true);
});

test("two that start together share, and no partition is led twice", async () => {
  const a = compete("a", 8);
  const b = compete("b", 8);
  await pass(5_000);
  expect([...a.led.keys(), ...b.led.keys()].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  expect(Math.min(a.led.size, b.led.size)).toBeGreaterThanOrEqual(2);
});

test("two that start after all had stopped share as well", async () => {
  const before = compete("before", 8);
  await pass(5_000);
  await before.end();
  await pass(10_000);
  const a = compete("a", 8);
  await pass(300);
  const b = compete("b", 8);
  await pass(5_000);
  expect(a.led.size + b.led.size).toBe(8);
  expect(Math.min(a.led.size, b.led.size)).toBeGreaterThanOrEqual(2);
});

describe("a takeover", () => {
  test("comes at once where the one before let go, and knows up to when that looked at slots", async () => {
    const a = compete("a", 1);
    await pass(2_000);
    const b = compete("b", 1);
    await pass(1_000);
    expect(b.led.size).toBe(0);
    const letGoAtMs = clock.nowMs();
    await a.end();
    await pass(500);
    expect(b.led.get(0)?.left?.handledToMs).toBe(letGoAtMs);
  });

  test("of all that one lets go comes at once, also to one that leads many already", async () => {
    const a = compete("a", 8);
    const b = compete("b", 8);
    await pass(5_000);
    expect(b.led.size).toBeLessThan(8);
    await a.end();
    for (let ms = 0; ms < 300; ms += 10) await clock.advance(10);
    expect(b.led.size).toBe(8);
  });

  test("comes at once although a renewal was on its way when the one before let go", async () => {
    const a = compete("a", 1);
    await pass(2_000);
    const b = compete("b", 1);
    await pass(200);
    leases.answerAfterMs = 50;
    a.led.get(0)?.save();
    await clock.advance(10);
    const ended = a.end();
    await pass(600);
    await ended;
    expect(b.led.size).toBe(1);
  });

  test("of several partitions comes within 5 s of the death of the one before", async () => {
    const b = compete("b", 4);
    await pass(3_000);
    const storedAtMs = clock.nowMs();
    for (let i = 4; i < 8; i += 1) await leases.create(`partition-${i}`, { holder: "dead", leaseMs: 3_000 });
    await b.end();
    const c = compete("c", 8);
    await pass(5_000);
    expect(c.led.size).toBe(8);
    expect(c.led.get(7)?.left?.handledToMs).toBe(storedAtMs);
  });
});

describe("the account of a partition", () => {
  const account: SlotAccount = { handledToMs: 700, missed: [{ plugin: "p", reason: "running", slots: 2 }] };
  const kept = async () => (await leases.get("partition-0"))?.value.account;

  test("is kept with each renewal", async () => {
    compete("a", 1);
    await pass(500);
    accounts.set("a 0", account);
    expect(await kept()).toBeUndefined();
    await pass(1_000);
    expect(await kept()).toEqual(account);
  });

  test("is kept at once where it is asked for, also while the broker is away for a moment", async () => {
    const a = compete("a", 1);
    await pass(1_100);
    accounts.set("a 0", account);
    a.led.get(0)?.save();
    await pass(10);
    expect(await kept()).toEqual(account);
    const next = { ...account, handledToMs: 900 };
    accounts.set("a 0", next);
    leases.isAway = true;
    a.led.get(0)?.save();
    await pass(100);
    leases.isAway = false;
    await pass(300);
    expect(await kept()).toEqual(next);
  });

  test("goes on as it was left by whoever lets go, and to whoever follows one that never looked at a slot", async () => {
    const a = compete("a", 1);
    await pass(500);
    accounts.set("a 0", account);
    await a.end();
    const b = compete("b", 1);
    await pass(2_000);
    await b.end();
    const c = compete("c", 1);
    await pass(500);
    expect(c.led.get(0)?.left).toEqual(account);
  });
});

describe("a broker that goes away", () => {
  test("suspends what is led at 0.8 of the lease, and it goes on when the broker is back", async () => {
    const a = compete("a", 1);
    await pass(5_000);
    leases.isAway = true;
    await pass(1_000);
    expect(a.holds(0)).toBe(true);
    await pass(2_000);
    expect(a.holds(0)).toBe(false);
    await pass(60_000);
    leases.isAway = false;
    await pass(1_000);
    expect(a.holds(0)).toBe(true);
    expect(a.lost).toEqual([]);
  });

  test("loses it if another took it meanwhile", async () => {
    const a = compete("a", 1);
    await pass(5_000);
    leases.isAway = true;
    await pass(10_000);
    leases.isAway = false;
    const entry = await leases.get("partition-0");
    await leases.update("partition-0", { holder: "b", leaseMs: 3_000 }, entry?.revision ?? 0);
    expect(a.holds(0)).toBe(false);
    await pass(1_500);
    expect(a.lost).toEqual([0]);
  });

  test("a renewal whose answer is lost costs nothing", async () => {
    const a = compete("a", 1);
    await pass(5_000);
    leases.loseNextAnswer = true;
    for (let i = 0; i < 50; i += 1) {
      await pass(100);
      expect(a.holds(0)).toBe(true);
    }
    expect(a.lost).toEqual([]);
  });
});
