import { encodeRegister, encodeResource, encodeTask, resultCodec } from "@ocelli/codec";
import { toToken } from "@ocelli/model";
import { eventually, startTestBus } from "@ocelli/test-kit";
import { afterAll, expect, test } from "vitest";
import type { WriteOutcome } from "./register-table.js";
import type { DeliveredResult } from "./result-reader.js";
import type { PublishEnd } from "./result-stream.js";
import type { DeliveredTask } from "./task-message.js";
import { oddId, register, resource, result, task } from "./testing/samples.js";

const { nats, bus, stop: stopBus } = await startTestBus();
afterAll(stopBus);

test("of many encoded claims that expect the same revision exactly one is taken, and only its revision completes", async () => {
  const write = (bytes: Uint8Array, revision: number) =>
    new Promise<WriteOutcome>((settle) => bus.registers[0]?.write("p.fast", bytes, revision, settle));
  const claim = encodeRegister({ ...register, resourceId: "fast" });
  const outcomes = await Promise.all(Array.from({ length: 200 }, () => write(claim, 0)));
  const won = outcomes.filter((outcome) => outcome.kind === "done");
  expect(won).toHaveLength(1);
  expect(outcomes.filter((outcome) => outcome.kind === "moved")).toHaveLength(199);
  const revision = won[0]?.revision ?? 0;
  const done = encodeRegister({ ...register, resourceId: "fast", running: false });
  expect(await write(done, revision + 1000)).toEqual({ kind: "moved" });
  expect(await write(done, revision)).toMatchObject({ kind: "done" });
  expect((await bus.registers[0]?.get(["p", "fast"]))?.value).toMatchObject({ resourceId: "fast", running: false });
});

test("an encoded task reaches whoever takes it, and bytes that are none are told as garbage and do not come again", async () => {
  const taken: DeliveredTask[] = [];
  const garbage: string[] = [];
  const stop = new AbortController();
  const plain = { ...resource, id: "plain_id-1" };
  const subject = bus.tasks.subject(0, "polling", "fast.plain_id-1");
  const send = (bytes: Uint8Array, to: string) => new Promise((settle) => bus.tasks.sendBytes(0, to, bytes, settle));
  const bytes = encodeTask({ ...task, plugin: "fast" }, encodeResource(plain));
  expect(await send(bytes, subject)).toBe("sent");
  expect(await send(bytes, subject)).toBe("pending");
  const bad = bus.tasks.subject(0, "polling", "fast.bad");
  expect(await send(Buffer.from("hello, world"), bad)).toBe("sent");
  bus.tasks.take(
    {
      plugin: "fast",
      free: () => 10,
      onTask: (one) => taken.push(one),
      onGarbage: (_, reason) => garbage.push(reason),
    },
    stop.signal,
  );
  await eventually(() => expect([taken.length, garbage.length]).toEqual([1, 1]));
  expect(taken[0]).toMatchObject({ key: "fast.plain_id-1", partition: 0 });
  expect(taken[0]?.task.resourceId).toBe(plain.id);
  expect(Uint8Array.from(taken[0]?.task.resourceBytes ?? [])).toEqual(encodeResource(plain));
  expect(taken[0]?.task.resource).toEqual(plain);
  await eventually(async () => expect(await send(bytes, bad)).toBe("sent"));
  stop.abort();
});

test("an encoded result is stored once, older ones of its pair are stale where it had to be looked up", async () => {
  const stop = new AbortController();
  const publish = (fence: number, signal: AbortSignal) =>
    new Promise<PublishEnd>((settle) => {
      const bytes = resultCodec.encode({ ...result, plugin: "fast", fence });
      bus.results.publishBytes({ kind: "polling", key: `fast.${toToken(oddId)}`, bytes }, settle, signal);
    });
  const seen: number[] = [];
  const behind = await lastPosition();
  const onResult = ({ head, bytes, result: whole }: DeliveredResult): void => {
    expect(whole).toEqual(resultCodec.decode(bytes));
    expect(head).toMatchObject({ plugin: "fast", resourceId: oddId, endpoint: resource.endpoint, part: 0 });
    seen.push(head.fence);
  };
  bus.results.follow({ behind, free: () => 10, onResult, onGarbage: () => {}, onExpired: () => {} }, stop.signal);
  expect(await publish(5, stop.signal)).toEqual({ kind: "stored" });
  await nats.kill();
  const older = publish(4, stop.signal);
  const same = publish(5, stop.signal);
  await nats.restart();
  expect(await Promise.all([older, same])).toEqual([{ kind: "stale" }, { kind: "stored" }]);
  expect(await publish(6, stop.signal)).toEqual({ kind: "stored" });
  await eventually(() => expect(seen).toEqual([5, 6]));
  stop.abort();
  expect(await publish(7, stop.signal)).toEqual({ kind: "cancelled" });
});

async function lastPosition(): Promise<number> {
  const { state } = await bus.link.jsm.streams.info(bus.link.names.results);
  return state.last_seq;
}
