import type { Task } from "@ocelli/model";
import { eventually, startTestBus } from "@ocelli/test-kit";
import { afterAll, expect, test } from "vitest";
import type { DeliveredTask } from "./task-message.js";

const { bus, stop: stopBus } = await startTestBus({ partitions: 2 });
afterAll(stopBus);

function aTask(plugin: string, id: string): Task {
  const resource = {
    id,
    site: "",
    class: "",
    subclass: "",
    type: "",
    endpoint: "e",
    metadata: {},
    parents: [],
    ttlS: 0,
  };
  const times = { slotAtMs: 1_000, notBeforeAtMs: 1_000, expiresAtMs: 61_000, frequencyMs: 60_000 };
  const rest = { pluginRevision: "1", revision: 0, state: new Uint8Array(), onDemand: false, traceparent: "" };
  return { kind: "polling", plugin, resource, ...times, ...rest };
}

async function pending(partition: number): Promise<string[]> {
  const all: string[] = [];
  for await (const pairs of bus.tasks.pendingPairs(partition)) {
    all.push(...pairs.map(({ plugin, resourceId }) => `${plugin}/${resourceId}`));
  }
  return all.sort();
}

test("the pairs with a task in the queue are known, taken or not, until it is acked", async () => {
  expect(await pending(0)).toEqual([]);
  const odd = "rack 1/öl.switch >*";
  await bus.tasks.send(aTask("p", "a"), 0);
  await bus.tasks.send(aTask("q plugin", odd), 0);
  await bus.tasks.send(aTask("p", "elsewhere"), 1);
  expect(await pending(0)).toEqual(["p/a", `q plugin/${odd}`]);
  expect(await pending(1)).toEqual(["p/elsewhere"]);
  const taken: DeliveredTask[] = [];
  const stop = new AbortController();
  bus.tasks.take({ plugin: "p", free: () => 10, onTask: (one) => taken.push(one), onGarbage: () => {} }, stop.signal);
  await eventually(() => expect(taken).toHaveLength(2));
  expect(await pending(0)).toContain("p/a");
  for (const { delivery } of taken) delivery.ack();
  await eventually(async () => expect(await pending(0)).toEqual([`q plugin/${odd}`]));
  stop.abort();
});

test("a queue that cannot be looked at is an error, not an empty queue", async () => {
  await expect(pending(7)).rejects.toMatchObject({ code: "unavailable" });
});
