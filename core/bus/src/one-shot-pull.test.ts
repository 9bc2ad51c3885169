import { headers, type Msg, type NatsConnection } from "@nats-io/transport-node";
import { ManualClock } from "@ocelli/test-kit";
import { beforeEach, describe, expect, test } from "vitest";
import { OneShotPull } from "./one-shot-pull.js";

interface Asked {
  readonly batch: number;
  readonly reply: string;
}

let clock: ManualClock;
let asked: Asked[];
let deliver: (error: Error | null, msg: Msg) => void;
let free: number;
let told: string[];
let isDraining: boolean;
let pull: OneShotPull;

beforeEach(() => {
  clock = new ManualClock();
  asked = [];
  free = 10;
  const nc = {
    subscribe: (_: string, options: { callback: typeof deliver }) => {
      deliver = options.callback;
      return { unsubscribe() {} };
    },
    publish: (_: string, payload: string, { reply }: { reply: string }) =>
      asked.push({ batch: JSON.parse(payload).batch, reply }),
    isClosed: () => false,
    isDraining: () => isDraining,
  } as unknown as NatsConnection;
  told = [];
  isDraining = false;
  pull = new OneShotPull(
    { nc, clock },
    {
      ...{ stream: "s", free: () => free, restMs: 50 },
      onMessage: ({ subject }) => subject === "m",
      onDelivered: (count) => told.push(`delivered ${count}`),
      onGone: (reason) => told.push(reason),
    },
  );
  pull.begin("c");
});

const message = (subject = "m"): void => deliver(null, { subject, reply: "$JS.ACK.1", data: new Uint8Array() } as Msg);
const say = (code: number, description: string, to = asked.at(-1), delivered?: number): void => {
  const h = headers(code, description);
  if (delivered !== undefined) h.set("Nats-Last-Consumer", String(delivered));
  deliver(null, { subject: to?.reply ?? "", reply: "", headers: h } as unknown as Msg);
};
const over = (to = asked.at(-1)): void => say(404, "No Messages", to);

describe("where messages are many", () => {
  test("it asks for the next ones after a rest, so that they come together", async () => {
    message();
    over();
    expect(asked).toHaveLength(1);
    await clock.advance(49);
    expect(asked).toHaveLength(1);
    await clock.advance(1);
    expect(asked).toHaveLength(2);
  });

  test("it does not rest while there is more than it asked for", () => {
    for (let i = 0; i < 10; i += 1) message();
    expect(asked).toHaveLength(2);
  });
});

test("where messages are rare each comes at once", async () => {
  await clock.advance(60);
  message();
  over();
  expect(asked).toHaveLength(2);
});

test("it asks for no more than there is room for, and goes on when there is room again", async () => {
  free = 0;
  message();
  over();
  await clock.advance(1_000);
  expect(asked).toHaveLength(1);
  free = 3;
  pull.ask();
  expect(asked.at(-1)?.batch).toBe(3);
});

test("it has one request open at a time, and one that the broker forgot is not waited for", async () => {
  await clock.advance(11_000);
  pull.ask();
  expect(asked).toHaveLength(1);
  await clock.advance(1_000);
  pull.ask();
  expect(asked).toHaveLength(2);
});

test("the end of a request from before does not end the one that is open", async () => {
  pull.begin("d");
  await clock.advance(100);
  over(asked[0]);
  pull.ask();
  expect(asked).toHaveLength(2);
});

test("a late message of the consumer before is none of those that were asked for", () => {
  for (let i = 0; i < 10; i += 1) message("of the one before");
  expect(asked).toHaveLength(1);
  for (let i = 0; i < 10; i += 1) message();
  expect(asked).toHaveLength(2);
});

test("what the broker says of the consumer is passed on, and what it says of a request is not", () => {
  const [first] = asked;
  say(100, "Idle Heartbeat", first, 3);
  over();
  say(408, "Request Timeout");
  say(409, "Message Size Exceeds MaxBytes");
  say(409, "Consumer Deleted");
  pull.begin("d");
  say(409, "Consumer Deleted", first);
  say(100, "Idle Heartbeat", first, 4);
  deliver(new Error("permissions violation"), {} as Msg);
  expect(told).toEqual(["delivered 3", "Consumer Deleted", "permissions violation"]);
});

test("a connection that drains is asked for nothing", async () => {
  over();
  isDraining = true;
  await clock.advance(100);
  expect(asked).toHaveLength(1);
});

test("nothing is asked for while it is paused, nor after its end", async () => {
  pull.pause();
  over();
  await clock.advance(100);
  pull.close();
  pull.ask();
  expect(asked).toHaveLength(1);
});
