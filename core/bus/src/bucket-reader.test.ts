import type { JetStreamManager } from "@nats-io/jetstream";
import { headers, type Msg, type NatsConnection } from "@nats-io/transport-node";
import { ManualClock } from "@ocelli/test-kit";
import { expect, test } from "vitest";
import { BrokerClock } from "./broker-clock.js";
import { readBucket } from "./bucket-reader.js";

/** One entry as the broker delivers it: `at` counts what the consumer delivered, and `pending` says how many more wait. */
interface Entry {
  readonly key: string;
  readonly at: number;
  readonly pending: number;
  readonly removed?: true;
}

function messageOf({ key, at, pending, removed }: Entry): Msg {
  const h = headers();
  h.set("Nats-Expected-Last-Subject-Sequence", "7");
  if (removed) h.set("KV-Operation", "DEL");
  const reply = `$JS.ACK.KV_b.w.1.${at + 100}.${at}.1700000000123456789.${pending}`;
  return { subject: `$KV.b.${key}`, reply, headers: h, data: new Uint8Array(removed ? 0 : 1) } as unknown as Msg;
}

/** A word of the broker about the request that is open. */
function statusOf(code: number, description: string): Msg {
  return { reply: "", headers: headers(code, description), data: new Uint8Array() } as unknown as Msg;
}

function heartbeatOf(delivered: number): Msg {
  const status = statusOf(100, "Idle Heartbeat");
  status.headers?.set("Nats-Last-Consumer", String(delivered));
  return status;
}

/** A reader with its connection in the test's hands. */
async function reading(expected: number) {
  const told: string[] = [];
  const reconnects = new Set<() => void>();
  let open = "";
  let callback: (error: Error | null, msg: Msg) => void = () => {};
  const nc = {
    subscribe: (_: string, options: { callback: typeof callback }) => {
      callback = options.callback;
      return { unsubscribe() {} };
    },
    publish: (_: string, __: string, options: { reply: string }) => {
      open = options.reply;
    },
    isClosed: () => false,
    isDraining: () => false,
  } as unknown as NatsConnection;
  const jsm = {
    consumers: { add: async () => ({ num_pending: expected }), delete: async () => true },
  } as unknown as JetStreamManager;
  const clock = new ManualClock();
  const watcher = {
    put: (key: string, _: Uint8Array, revision: number, atMs: number) => told.push(`put ${key} ${revision} ${atMs}`),
    gone: (key: string, revision: number) => told.push(`gone ${key} ${revision}`),
    caughtUp: () => told.push("caught up"),
  };
  const stop = new AbortController();
  const deps = { nc, jsm, clock, brokerClock: new BrokerClock(clock), reconnects };
  const ended = readBucket(deps, "b", watcher, stop.signal);
  await new Promise((resolve) => setImmediate(resolve));
  const get = (msg: Msg): void => callback(null, msg.reply ? msg : { ...msg, subject: open });
  return { told, ended, stop, reconnects, get };
}

test("entries and removals are told with revision and stamp, and the end of the whole once", async () => {
  const { told, get, stop, ended } = await reading(2);
  get(messageOf({ key: "x.y", at: 1, pending: 1 }));
  get(messageOf({ key: "z", at: 2, pending: 0, removed: true }));
  get(messageOf({ key: "x.y", at: 3, pending: 0 }));
  expect(told).toEqual(["put x.y 101 1700000000123", "gone z 102", "caught up", "put x.y 103 1700000000123"]);
  stop.abort();
  expect(await ended).toBe("stopped");
});

test.for([
  { why: "an empty bucket is told at once", expected: 0, entries: [], want: ["caught up"] },
  {
    why: "changes that keep coming do not put the end of the whole off",
    expected: 2,
    entries: [
      { key: "a", at: 1, pending: 3 },
      { key: "b", at: 2, pending: 3 },
      { key: "a", at: 3, pending: 3 },
    ],
    want: ["put a", "put b", "caught up", "put a"],
  },
])("$why", async ({ expected, entries, want }) => {
  const { told, get, stop } = await reading(expected);
  for (const entry of entries) get(messageOf(entry));
  expect(told.map((one) => (one.startsWith("put") ? one.slice(0, 5) : one))).toEqual(want);
  stop.abort();
});

test.for([
  { why: "an entry is missing", get: [messageOf({ key: "a", at: 2, pending: 0 })], want: /lost/ },
  { why: "a heartbeat knows of more than came", get: [heartbeatOf(1)], want: /lost/ },
  { why: "the broker ends the consumer", get: [statusOf(409, "Consumer Deleted")], want: /Deleted/ },
  { why: "nobody knows the consumer", get: [statusOf(503, "No Responders")], want: /No Responders/ },
])("it is over as soon as $why, and nothing more is told", async ({ get: messages, want }) => {
  const { told, get, ended } = await reading(5);
  for (const message of messages) get(message);
  expect(await ended).toMatch(want);
  get(messageOf({ key: "a", at: 1, pending: 0 }));
  expect(told).toEqual([]);
});

test("it is over when the connection is back after a break", async () => {
  const { reconnects, ended } = await reading(5);
  for (const tell of reconnects) tell();
  expect(await ended).toMatch(/connection/);
  expect(reconnects.size).toBe(0);
});

test("a request that is over, and a heartbeat that knows of no more than came, end nothing", async () => {
  const { told, get, stop, ended } = await reading(1);
  get(statusOf(404, "No Messages"));
  get(statusOf(408, "Request Timeout"));
  get(statusOf(409, "Message Size Exceeds MaxBytes"));
  get(heartbeatOf(0));
  get(messageOf({ key: "a", at: 1, pending: 0 }));
  expect(told).toHaveLength(2);
  stop.abort();
  expect(await ended).toBe("stopped");
});
