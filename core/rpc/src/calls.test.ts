import { create, toBinary } from "@bufbuild/protobuf";
import { OcelliError } from "@ocelli/model";
import { Plugin, Polling, PollResponseSchema, Sink } from "@ocelli/proto/plugin";
import { describe, expect, test, vi } from "vitest";
import { createClient } from "./index.js";
import { all, gate, loopback, plugin, polling, sink, whenAborted } from "./testing/loopback.js";

async function* batches(count: number): AsyncGenerator<{ batch: bigint }> {
  for (let batch = 1; batch <= count; batch += 1) yield { batch: BigInt(batch) };
}

describe("calls", () => {
  test("a unary call brings the answer of its handler", async () => {
    const { connection } = await loopback([plugin((name) => `${name}!`)]);
    expect((await createClient(Plugin, connection).handshake({ launchId: "ü/1" })).name).toBe("ü/1!");
  });

  test("a stream brings every answer, in order", async () => {
    const service = polling(async function* ({ items }) {
      for (const { item } of items) yield { answers: [{ item }] };
    });
    const { connection } = await loopback([service]);
    const items = Array.from({ length: 100 }, (_, item) => ({ item }));
    const parts = await all(createClient(Polling, connection).poll({ items }));
    expect(parts.map((part) => part.answers[0]?.item)).toEqual(items.map(({ item }) => item));
  });

  test("an answer that is encoded already is passed on, and refused where it is too large", async () => {
    const answer = { answers: [{ item: 7 }] };
    const service = polling(async function* ({ items }) {
      yield toBinary(PollResponseSchema, create(PollResponseSchema, answer));
      if (items.length > 0) yield new Uint8Array(70_000);
    });
    const { connection } = await loopback([service], { messageBytes: 65_536 });
    const client = createClient(Polling, connection);
    expect(await all(client.poll({}))).toMatchObject([answer]);
    await expect(all(client.poll({ items: [{}] }))).rejects.toMatchObject({ code: "exhausted" });
  });

  test("a two-way stream answers each request when it comes, not when all have come", async () => {
    const service = sink(async function* (requests) {
      for await (const { batch } of requests) yield { batch };
    });
    const { connection } = await loopback([service]);
    const answered = gate<bigint>();
    async function* requests() {
      yield { batch: 1n };
      yield { batch: 1n + (await answered.opened) };
    }
    const seen: bigint[] = [];
    for await (const { batch } of createClient(Sink, connection).write(requests())) {
      seen.push(batch);
      answered.open(batch);
    }
    expect(seen).toEqual([1n, 2n]);
  });

  test("a handler may stop reading requests and still answer", async () => {
    const service = sink(async function* (requests) {
      for await (const { batch } of requests) if (batch === 3n) break;
      yield { batch: 99n };
    });
    const { connection } = await loopback([service]);
    const seen = await all(createClient(Sink, connection).write(batches(50)));
    expect(seen.map(({ batch }) => batch)).toEqual([99n]);
  });

  test("what the writer of requests throws ends the call and reaches the reader of answers", async () => {
    const service = sink(async function* (requests) {
      for await (const { batch } of requests) yield { batch };
    });
    const { connection } = await loopback([service]);
    async function* requests() {
      yield { batch: 1n };
      throw new OcelliError("conflict", "no more of this");
    }
    await expect(all(createClient(Sink, connection).write(requests()))).rejects.toMatchObject({
      code: "conflict",
      message: "no more of this",
    });
  });

  test("metadata of the call reaches the handler", async () => {
    const { connection } = await loopback([plugin((_, ctx) => ctx.metadata("ocelli-token") ?? "none")]);
    const client = createClient(Plugin, connection);
    expect((await client.handshake({}, { metadata: { "ocelli-token": "t" } })).name).toBe("t");
    expect((await client.handshake({})).name).toBe("none");
  });

  test("a server that is not there is unavailable", async () => {
    const { connection, server } = await loopback([plugin((name) => name)]);
    await server.shutdown(0);
    await expect(createClient(Plugin, connection).handshake({})).rejects.toMatchObject({ code: "unavailable" });
  });
});

describe("the end of a call", () => {
  test.for([
    { why: "by the caller's signal", timeoutMs: 60_000, abort: true, code: "cancelled" },
    { why: "by its deadline", timeoutMs: 200, abort: false, code: "timeout" },
  ])("reaches a unary handler $why", async ({ timeoutMs, abort, code }) => {
    const entered = gate();
    const told = gate();
    const service = plugin(async (_, ctx) => {
      entered.open();
      await whenAborted(ctx.signal);
      told.open();
      return "late";
    });
    const { connection } = await loopback([service]);
    const controller = new AbortController();
    const call = createClient(Plugin, connection).handshake({}, { timeoutMs, signal: controller.signal });
    const ended = expect(call).rejects.toMatchObject({ code });
    await entered.opened;
    if (abort) controller.abort();
    await ended;
    await told.opened;
  });

  test.for([
    { why: "by the caller's signal", end: "signal", code: "cancelled" },
    { why: "by leaving the loop", end: "leave", code: undefined },
    { why: "by its deadline", end: "deadline", code: "timeout" },
  ])("reaches a handler that streams $why, and lets it clean up", async ({ end, code }) => {
    const cleaned = gate();
    const service = polling(async function* (_request, ctx) {
      try {
        yield { answers: [{ item: 1 }] };
        await whenAborted(ctx.signal);
        yield { answers: [{ item: 2 }] };
      } finally {
        cleaned.open();
      }
    });
    const { connection } = await loopback([service]);
    const controller = new AbortController();
    const options = { signal: controller.signal, ...(end === "deadline" ? { timeoutMs: 300 } : {}) };
    const seen: number[] = [];
    const read = async (): Promise<string | undefined> => {
      try {
        for await (const part of createClient(Polling, connection).poll({}, options)) {
          seen.push(part.answers[0]?.item ?? 0);
          if (end === "signal") controller.abort();
          if (end === "leave") break;
        }
        return undefined;
      } catch (error) {
        return error instanceof OcelliError ? error.code : "unknown";
      }
    };
    expect(await read()).toBe(code);
    expect(seen).toEqual([1]);
    await cleaned.opened;
  });

  test("a call whose signal has aborted before is never made", async () => {
    let made = 0;
    const service = plugin((name) => {
      made += 1;
      return name;
    });
    const { connection } = await loopback([service]);
    const signal = AbortSignal.abort();
    await expect(createClient(Plugin, connection).handshake({}, { signal })).rejects.toMatchObject({
      code: "cancelled",
    });
    expect(made).toBe(0);
  });

  test("the handler is told how long it may take", async () => {
    const { connection } = await loopback([plugin((_, ctx) => String(ctx.deadlineMs))]);
    const { name } = await createClient(Plugin, connection).handshake({}, { timeoutMs: 5_000 });
    expect(Number(name)).toBeGreaterThan(3_000);
    expect(Number(name)).toBeLessThanOrEqual(5_000);
  });

  test("a burst of cancelled calls does not harm a neighbour's", async () => {
    const finish = gate();
    let entered = 0;
    const service = plugin(async (name, ctx) => {
      entered += 1;
      if (name === "neighbour") await finish.opened;
      if (name === "") await whenAborted(ctx.signal);
      return name;
    });
    const { connection } = await loopback([service]);
    const client = createClient(Plugin, connection);
    const neighbour = client.handshake({ launchId: "neighbour" });
    const controller = new AbortController();
    const calls = Array.from({ length: 1_200 }, () => client.handshake({}, { signal: controller.signal }));
    const codes = Promise.all(calls.map((call) => call.catch((error: OcelliError) => error.code)));
    await vi.waitUntil(() => entered === 1_201, { timeout: 20_000 });
    controller.abort();
    expect(new Set(await codes)).toEqual(new Set(["cancelled"]));
    expect((await client.handshake({ launchId: "after" })).name).toBe("after");
    finish.open();
    expect((await neighbour).name).toBe("neighbour");
  }, 30_000);
});
