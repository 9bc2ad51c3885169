import { Polling, type PollResponse } from "@ocelli/proto/plugin";
import { PollStatus } from "@ocelli/proto/resource";
import { createClient } from "@ocelli/rpc";
import { describe, expect, test } from "vitest";
import { definePlugin } from "./define-plugin.js";
import { PollFault } from "./poll-fault.js";
import { all, gate, served } from "./testing/in-process.js";
import { gauge } from "./values.js";

const base = { name: "m", version: "1.2.3", description: "Does things." };
const run = { plugin: "p", revision: "1", deadlineMs: 10_000 };
const itemsOf = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ item: index, run, resource: { id: `r${index}` } }));

function answersOf(parts: readonly PollResponse[], item: number) {
  return parts.flatMap(({ answers }) => answers).filter((answer) => answer.item === item);
}

describe("a poll call", () => {
  test("with many items answers every one in a few messages", async () => {
    const { connection, configure } = await served(
      definePlugin({
        ...base,
        poll: (resource) => [{ name: "g", dimensions: { id: resource.id }, metrics: { a: gauge(1) } }],
      }),
    );
    await configure("1");
    const parts = await all(createClient(Polling, connection).poll({ items: itemsOf(1_000) }));
    expect(parts.length).toBeLessThan(10);
    const items = parts.flatMap(({ answers }) => answers.map(({ item }) => item));
    expect(items.sort((a, b) => a - b)).toEqual(Array.from({ length: 1_000 }, (_, n) => n));
  });

  test("never runs more items at a time than the module allows", async () => {
    let running = 0;
    let most = 0;
    const { connection, configure } = await served(
      definePlugin({
        ...base,
        concurrency: 3,
        async poll() {
          running += 1;
          most = Math.max(most, running);
          await new Promise((resolve) => setImmediate(resolve));
          running -= 1;
          return [];
        },
      }),
    );
    await configure("1");
    const parts = await all(createClient(Polling, connection).poll({ items: itemsOf(20) }));
    expect(parts.flatMap(({ answers }) => answers)).toHaveLength(20);
    expect(most).toBe(3);
  });

  test("sends a quick item's answer while a slow one still works", async () => {
    const finish = gate();
    const { connection, configure } = await served(
      definePlugin({
        ...base,
        async poll(resource) {
          if (resource.id === "r0") await finish.opened;
          return [];
        },
      }),
    );
    await configure("1");
    const seen: number[] = [];
    for await (const { answers } of createClient(Polling, connection).poll({ items: itemsOf(3) })) {
      seen.push(...answers.map(({ item }) => item));
      if (seen.length === 2) finish.open();
    }
    expect(seen).toEqual([1, 2, 0]);
  });

  test("splits a large answer into messages that fit, the last one saying so", async () => {
    const { connection, configure } = await served(
      definePlugin({
        ...base,
        *poll() {
          for (let n = 0; n < 40; n += 1) {
            yield { name: "g", dimensions: { n: String(n), text: "x".repeat(50_000) }, metrics: { a: gauge(n) } };
          }
        },
      }),
    );
    await configure("1");
    const answers = answersOf(await all(createClient(Polling, connection).poll({ items: itemsOf(1) })), 0);
    expect(answers.length).toBeGreaterThan(5);
    expect(answers.map(({ more }) => more)).toEqual([...answers.slice(1).map(() => true), false]);
    expect(answers.flatMap(({ groups }) => groups)).toHaveLength(40);
  });

  test("fails one item alone whose single group fits no message", async () => {
    const { connection, configure } = await served(
      definePlugin({
        ...base,
        poll: (resource) => [
          {
            name: "g",
            dimensions: { text: resource.id === "r0" ? "x".repeat(100_000) : "" },
            metrics: { a: gauge(1) },
          },
        ],
      }),
      { messageBytes: 64 * 1024 },
    );
    await configure("1");
    const parts = await all(createClient(Polling, connection).poll({ items: itemsOf(2) }));
    expect(answersOf(parts, 0)[0]?.fault?.message).toMatch(
      /poll of p \(.*polling\.test\.ts:\d+\): group g is 1000\d\d bytes; a message holds at most 65536/,
    );
    expect(answersOf(parts, 1)[0]?.groups).toHaveLength(1);
  });

  test("stops its items when the host cancels it", async () => {
    const entered = gate();
    const stopped = gate();
    const { connection, configure } = await served(
      definePlugin({
        ...base,
        poll(_resource, ctx) {
          entered.open();
          return new Promise((resolve) => {
            ctx.signal.addEventListener("abort", () => {
              stopped.open();
              resolve([]);
            });
          });
        },
      }),
    );
    await configure("1");
    const controller = new AbortController();
    const call = all(createClient(Polling, connection).poll({ items: itemsOf(1) }, { signal: controller.signal }));
    const ended = expect(call).rejects.toMatchObject({ code: "cancelled" });
    await entered.opened;
    controller.abort();
    await ended;
    await stopped.opened;
  });

  test("passes on progress, state, and a fault beside data", async () => {
    const { connection, configure } = await served(
      definePlugin({
        ...base,
        async poll(_resource, ctx) {
          ctx.progress(30_000);
          ctx.state.set({ last: ctx.state.get() });
          ctx.fault(new PollFault("partial", "no fans"));
          return [{ name: "g", metrics: { a: gauge(1) } }];
        },
      }),
    );
    await configure("1");
    const state = new TextEncoder().encode("7");
    const items = [{ item: 5, run: { ...run, state }, resource: { id: "r" } }];
    const parts = await all(createClient(Polling, connection).poll({ items }));
    expect(parts.flatMap(({ progress }) => progress)).toMatchObject([{ item: 5, extendMs: 30_000 }]);
    const [answer] = answersOf(parts, 5);
    expect(answer).toMatchObject({ setState: true, fault: { status: PollStatus.PARTIAL, message: "no fans" } });
    expect(new TextDecoder().decode(answer?.state)).toBe('{"last":7}');
    expect(answer?.groups).toHaveLength(1);
  });

  test("whose item lacks what it needs fails that item alone", async () => {
    const { connection, configure } = await served(definePlugin({ ...base, poll: () => [] }));
    await configure("1");
    const items = [
      { item: 0, run },
      { item: 1, run, resource: { id: "r" } },
    ];
    const parts = await all(createClient(Polling, connection).poll({ items }));
    expect(answersOf(parts, 0)[0]?.fault?.message).toBe("the host sent an item without a resource");
    expect(answersOf(parts, 1)[0]?.fault).toBeUndefined();
  });
});
