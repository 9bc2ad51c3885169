import { type Result, toToken } from "@ocelli/model";
import { eventually, openTestBus, proxyTo, startTestBus } from "@ocelli/test-kit";
import { afterAll, describe, expect, test } from "vitest";
import type { DeliveredTask } from "./task-message.js";
import { oddId, register, resource, result, task } from "./testing/samples.js";

const { nats, bus, stop: stopBus } = await startTestBus();
afterAll(stopBus);

test("a second process finds the mesh as the first made it, whatever it wishes", async () => {
  const other = await openTestBus(nats.url, { partitions: 8 });
  expect(other.mesh).toEqual(bus.mesh);
  await other.close();
});

describe("registers", () => {
  test("of many claims that expect the same revision exactly one is taken", async () => {
    const claims = Array.from({ length: 200 }, () => bus.registers[0]?.update(["p", "race"], register, 0));
    const outcomes = await Promise.all(claims);
    expect(outcomes.filter((outcome) => outcome?.kind === "done")).toHaveLength(1);
  });

  test("an entry reads back as it was written, under any id", async () => {
    await bus.registers[0]?.update(["p", oddId], register, 0);
    const entry = await bus.registers[0]?.get(["p", oddId]);
    expect(entry?.value).toEqual(register);
    expect(Math.abs((entry?.storedAtMs ?? 0) - Date.now())).toBeLessThan(60_000);
  });

  test("a watcher is told the whole, then changes, then what is gone", async () => {
    const seen: string[] = [];
    const stop = new AbortController();
    await bus.pauses.put("first", { plugin: "first", sinceAtMs: 1, reason: "" });
    const watching = bus.pauses.watch(
      {
        put: ({ key }) => seen.push(`put ${key}`),
        gone: (key) => seen.push(`gone ${key}`),
        caughtUp: () => seen.push("caught up"),
      },
      stop.signal,
    );
    await eventually(() => expect(seen).toEqual(["put first", "caught up"]));
    await bus.pauses.put("second", { plugin: "second", sinceAtMs: 1, reason: "" });
    await bus.pauses.remove("first");
    await eventually(() => expect(seen.slice(2)).toEqual(["put second", "gone first"]));
    expect((await bus.pauses.create("first", { plugin: "first", sinceAtMs: 2, reason: "" })).kind).toBe("done");
    stop.abort();
    await watching;
  });
});

describe("tasks", () => {
  test("a pair has at most one task, pending or taken, until it is acked", async () => {
    const taken: DeliveredTask[] = [];
    const stop = new AbortController();
    bus.tasks.take(
      { plugin: task.plugin, free: () => 10 - taken.length, onTask: (one) => taken.push(one), onGarbage: () => {} },
      stop.signal,
    );
    expect(await bus.tasks.send(task, 0)).toBe("sent");
    expect(await bus.tasks.send(task, 0)).toBe("pending");
    await eventually(() => expect(taken).toHaveLength(1));
    expect({ ...taken[0]?.task, resource: taken[0]?.task.resource }).toMatchObject(task);
    expect(taken[0]).toMatchObject({ partition: 0, key: `${toToken(task.plugin)}.${toToken(oddId)}` });
    expect(await bus.tasks.send(task, 0)).toBe("pending");
    taken[0]?.delivery.ack();
    await eventually(async () => expect(await bus.tasks.send(task, 0)).toBe("sent"));
    await eventually(() => expect(taken).toHaveLength(2));
    stop.abort();
  });

  test("no more tasks are taken than there are free places", async () => {
    let free = 3;
    const taken: DeliveredTask[] = [];
    const stop = new AbortController();
    for (let i = 0; i < 20; i += 1)
      await bus.tasks.send({ ...task, plugin: "many", resource: { ...resource, id: `r${i}` } }, 0);
    const onTask = (one: DeliveredTask): void => {
      free -= 1;
      taken.push(one);
    };
    const puller = bus.tasks.take({ plugin: "many", free: () => free, onTask, onGarbage: () => {} }, stop.signal);
    await eventually(() => expect(taken).toHaveLength(3));
    free += 5;
    puller.kick();
    await eventually(() => expect(taken).toHaveLength(8));
    stop.abort();
  });
});

test("a broker that dies and returns loses nothing: results arrive once, pullers and watches go on", async () => {
  const positions: number[] = [];
  const stop = new AbortController();
  const seen: string[] = [];
  const watching = bus.plugins.watch(
    { put: ({ key }) => seen.push(key), gone: () => {}, caughtUp: () => {} },
    stop.signal,
  );
  bus.results.follow(
    {
      behind: 0,
      free: () => 100,
      onResult: (one) => positions.push(one.result.fence),
      onGarbage: () => {},
      onExpired: () => {},
    },
    stop.signal,
  );
  expect(await bus.results.publish(result, stop.signal)).toBe("stored");
  await eventually(() => expect(positions).toEqual([7]));
  await nats.kill();
  const waiting = bus.results.publish({ ...result, fence: 8 }, stop.signal);
  await nats.restart();
  expect(await waiting).toBe("stored");
  await eventually(() => expect(positions).toEqual([7, 8]));
  await bus.plugins.put("after", { name: "after", active: undefined, candidate: undefined, problems: [] });
  await eventually(() => expect(seen).toContain("after"));
  stop.abort();
  await watching;
});

test("a link that is cut again and again loses no result and changes no order for whoever follows", async () => {
  const before = await lastPosition();
  const many = 4_000;
  const proxy = await proxyTo(Number(new URL(nats.url).port));
  const reader = await openTestBus(`nats://127.0.0.1:${proxy.port}`);
  const stop = new AbortController();
  const fences: number[] = [];
  const onResult = (one: { result: Result }): void => {
    fences.push(one.result.fence);
    if (fences.length % 600 === 0) proxy.cut();
  };
  reader.results.follow(
    { behind: before, free: () => 1_000, onResult, onGarbage: () => {}, onExpired: () => {} },
    stop.signal,
  );
  const writes = Array.from({ length: many }, (_, i) =>
    bus.results.publish(
      { ...result, plugin: "cut", fence: i + 1, resource: { ...resource, id: `r${i}` } },
      stop.signal,
    ),
  );
  await Promise.all(writes);
  await eventually(() => expect(fences).toHaveLength(many), 25_000);
  expect(fences).toEqual([...fences].sort((a, b) => a - b));
  stop.abort();
  await reader.close();
  await proxy.close();
});

test("what is larger than the broker takes is refused at once, not tried for ever", async () => {
  const huge = {
    ...result,
    groups: [{ name: "g", dimensions: [{ name: "d", value: "x".repeat(2 << 20) }], metrics: [], atMs: 1 }],
  };
  await expect(bus.results.publish(huge, new AbortController().signal)).rejects.toMatchObject({ code: "exhausted" });
});

async function lastPosition(): Promise<number> {
  const { state } = await bus.link.jsm.streams.info(bus.link.names.results);
  return state.last_seq;
}
