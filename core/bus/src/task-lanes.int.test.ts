import { encodeResource, encodeTask, encodeTaskBatch } from "@ocelli/codec";
import { toToken } from "@ocelli/model";
import { eventually, startTestBus } from "@ocelli/test-kit";
import { afterAll, expect, test } from "vitest";
import type { DeliveredTask } from "./task-message.js";
import { oddId, resource, task } from "./testing/samples.js";

const { bus, stop: stopBus } = await startTestBus();
afterAll(stopBus);

function batch(plugin: string, ids: readonly string[]): Uint8Array {
  return encodeTaskBatch(ids.map((id) => encodeTask({ ...task, plugin }, encodeResource({ ...resource, id }))));
}

const send = (plugin: string, bytes: Uint8Array, message = 0) =>
  new Promise((settle) => {
    bus.tasks.sendBytes(0, bus.tasks.laneSubject(0, "polling", plugin, 7, message), bytes, settle);
  });

const idsOf = (taken: readonly DeliveredTask[]) => taken.map(({ task: { resourceId } }) => resourceId);

test("tasks that travel together are offered one by one, and their lane is free once all are settled", async () => {
  const taken: DeliveredTask[] = [];
  const stop = new AbortController();
  const options = { plugin: "to gether", maxInFlight: () => 8, onGarbage: () => {} };
  expect(await send("to gether", batch("to gether", ["a", oddId]))).toBe("sent");
  bus.tasks.take({ ...options, free: () => 8 - taken.length, onTask: (one) => taken.push(one) }, stop.signal);
  await eventually(() => expect(idsOf(taken)).toEqual(["a", oddId]));
  expect(taken.map(({ key }) => key)).toEqual([`to=20gether.a`, `to=20gether.${toToken(oddId)}`]);
  taken[0]?.delivery.ack();
  expect(await send("to gether", batch("to gether", ["a", oddId]))).toBe("pending");
  taken[1]?.delivery.ack();
  await eventually(async () => expect(await send("to gether", batch("to gether", ["c"]))).toBe("sent"));
  await eventually(() => expect(idsOf(taken)).toEqual(["a", oddId, "c"]));
  stop.abort();
});

test("a task that is given back brings those that came with it again", async () => {
  const taken: DeliveredTask[] = [];
  const stop = new AbortController();
  expect(await send("back", batch("back", ["a", "b"]))).toBe("sent");
  bus.tasks.take({ plugin: "back", free: () => 100, onTask: (one) => taken.push(one), onGarbage() {} }, stop.signal);
  await eventually(() => expect(idsOf(taken)).toEqual(["a", "b"]));
  taken[0]?.delivery.ack();
  taken[1]?.delivery.retry(0);
  await eventually(() => expect(idsOf(taken)).toEqual(["a", "b", "a", "b"]));
  expect(taken[2]?.delivery.info.deliveries).toBe(2);
  stop.abort();
});

test("no message is asked for that may bring more tasks than there are places", async () => {
  const taken: DeliveredTask[] = [];
  let free = 1;
  const stop = new AbortController();
  for (const message of [0, 1]) await send("full", batch("full", [`a${message}`, `b${message}`]), message);
  const onTask = (one: DeliveredTask): void => {
    free -= 1;
    taken.push(one);
  };
  // Of 8 places a message takes two.
  const options = { plugin: "full", free: () => free, maxInFlight: () => 8, onTask, onGarbage: () => {} };
  const puller = bus.tasks.take(options, stop.signal);
  free = 3;
  puller.kick();
  await eventually(() => expect(idsOf(taken)).toEqual(["a0", "b0"]));
  expect(free).toBe(1);
  free = 2;
  puller.kick();
  await eventually(() => expect(idsOf(taken)).toEqual(["a0", "b0", "a1", "b1"]));
  stop.abort();
});

test("a lane with bytes that are no batch is told as garbage, and is free again", async () => {
  const garbage: string[] = [];
  const stop = new AbortController();
  expect(await send("bad", Buffer.from("hello, world"))).toBe("sent");
  const onGarbage = (_: unknown, reason: string) => void garbage.push(reason);
  bus.tasks.take({ plugin: "bad", free: () => 10, onTask: () => {}, onGarbage }, stop.signal);
  await eventually(() => expect(garbage).toHaveLength(1));
  await eventually(async () => expect(await send("bad", batch("bad", ["a"]))).toBe("sent"));
  stop.abort();
});

test("a new leader learns of the pairs that travel together, and of those alone", async () => {
  const pending = async (): Promise<string[]> => {
    const all: string[] = [];
    for await (const pairs of bus.tasks.pendingPairs(0)) {
      all.push(...pairs.filter(({ plugin }) => plugin === "led").map(({ resourceId }) => resourceId));
    }
    return all.sort();
  };
  await bus.tasks.send({ ...task, plugin: "led", resource: { ...resource, id: "alone" } }, 0);
  await send("led", batch("led", ["a", oddId]));
  await send("led", Buffer.from("hello, world"), 1);
  expect(await pending()).toEqual(["a", "alone", oddId]);
});

test("an expired message that nobody takes does not hold up newer tasks for good, one that has not expired stays", async () => {
  const old = { ...task, plugin: "old", expiresAtMs: 61_000 };
  const lane = encodeTaskBatch(["a", "b"].map((id) => encodeTask(old, encodeResource({ ...resource, id }))));
  expect(await send("old", lane)).toBe("sent");
  expect(await send("old", batch("old", ["a", "b"]))).toBe("pending");
  await eventually(async () => expect(await send("old", batch("old", ["a", "b"]))).toBe("sent"));
  const alone = bus.tasks.subject(0, "polling", "old.a");
  const sendAlone = (bytes: Uint8Array) => new Promise((settle) => bus.tasks.sendBytes(0, alone, bytes, settle));
  expect(await sendAlone(encodeTask(old, encodeResource({ ...resource, id: "a" })))).toBe("sent");
  const fresh = encodeTask({ ...task, plugin: "old" }, encodeResource({ ...resource, id: "a" }));
  await eventually(async () => expect(await sendAlone(fresh)).toBe("sent"));
  for (let i = 0; i < 5; i += 1) expect(await sendAlone(fresh)).toBe("pending");
  expect(await send("old", lane)).toBe("pending");
  expect(await send("old", lane)).toBe("pending");
});

test("nor does it hold up what somebody asks for now", async () => {
  const about = { ...task, plugin: "asked", resource: { ...resource, id: "a" } };
  expect(await bus.tasks.send({ ...about, expiresAtMs: 61_000 }, 0)).toBe("sent");
  expect(await bus.tasks.send(about, 0)).toBe("pending");
  await eventually(async () => expect(await bus.tasks.send(about, 0)).toBe("sent"));
});
