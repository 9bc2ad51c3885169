import type { ServicePresence } from "@ocelli/model";
import { ManualClock, silent } from "@ocelli/test-kit";
import { afterEach, beforeEach, expect, test } from "vitest";
import { BrokerClock } from "./broker-clock.js";
import { Heart } from "./heart.js";
import type { Table } from "./table.js";

const presence: ServicePresence = {
  ...{ kind: "agent", id: "a", endpoint: "", version: "", pid: 1, host: "" },
  ...{ startedAtMs: 0, leaseMs: 1, leader: false },
};

let clock: ManualClock;
let broker: { isThere: boolean; hangs: boolean; beats: number };
let heart: Heart;
let ending: AbortController;
let over: Promise<void>;

beforeEach(() => {
  clock = new ManualClock();
  broker = { isThere: true, hangs: false, beats: 0 };
  const table = {
    async put() {
      if (!broker.isThere) throw new Error("not connected");
      broker.beats += 1;
      return broker.beats;
    },
    async get() {
      if (broker.hangs) await new Promise(() => {});
      return { key: "", value: presence, revision: broker.beats, storedAtMs: clock.nowMs() };
    },
    remove: async () => ({ kind: "done", revision: 0 }),
  };
  heart = new Heart(table as unknown as Table<ServicePresence>, new BrokerClock(clock), clock, silent);
  ending = new AbortController();
  over = heart.run(() => presence, ending.signal);
});

afterEach(async () => {
  ending.abort();
  await over;
});

test("a broker is known for 10 s after it kept a write, and not longer", async () => {
  await clock.advance(0);
  broker.isThere = false;
  await clock.advance(9_900);
  expect(heart.known()).toBe(true);
  await clock.advance(200);
  expect(heart.known()).toBe(false);
});

test("a connection that comes back is tried at once: nothing may start before that", async () => {
  await clock.advance(0);
  broker.isThere = false;
  await clock.advance(30_100);
  broker.isThere = true;
  expect(heart.known()).toBe(false);
  heart.hurry();
  await clock.advance(0);
  expect(heart.known()).toBe(true);
});

test("a beat that hangs is not waited for when the connection is back", async () => {
  broker.hangs = true;
  await clock.advance(30_000);
  expect(heart.known()).toBe(false);
  broker.hangs = false;
  heart.hurry();
  await clock.advance(0);
  expect(heart.known()).toBe(true);
});

test("a broker that answers again over a connection that stood is known within half a second", async () => {
  broker.isThere = false;
  await clock.advance(20_000);
  broker.isThere = true;
  await clock.advance(500);
  expect(heart.known()).toBe(true);
});

test("a broker that keeps writes is asked every 2.5 s", async () => {
  await clock.advance(25_000);
  expect(broker.beats).toBe(11);
});
