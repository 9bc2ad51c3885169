import { resultToProto } from "@ocelli/codec";
import type { Result } from "@ocelli/model";
import { Sink } from "@ocelli/proto/plugin";
import { createClient } from "@ocelli/rpc";
import { expect, test } from "vitest";
import { z } from "zod";
import { definePlugin, type SinkRecord, type SinkWriter } from "./define-plugin.js";
import { all, gate, served } from "./testing/in-process.js";

const result: Result = {
  kind: "polling",
  plugin: "other",
  resource: undefined,
  fence: 3,
  part: 0,
  last: true,
  agentId: "a",
  slotAtMs: 0,
  startedAtMs: 0,
  finishedAtMs: 0,
  frequencyMs: 60_000,
  pluginRevision: "1",
  status: "success",
  fault: undefined,
  groups: [{ name: "g", dimensions: [], metrics: [{ name: "a", type: "gauge", value: 0 }], atMs: 0 }],
  sets: [],
  discovery: undefined,
  onDemand: false,
};

const recordAt = (position: number) => ({ mesh: "m", position: BigInt(position), result: resultToProto(result) });
const batchOf = (batch: number, ...positions: number[]) => ({
  plugin: "p",
  revision: "1",
  batch: BigInt(batch),
  records: positions.map(recordAt),
});

function sinkOf(open: (settings: { main: { file: string } }) => SinkWriter) {
  const settings = z.strictObject({ main: z.strictObject({ file: z.string() }) });
  return definePlugin({ name: "s", version: "1.0.0", description: "d", settings, sink: { open } });
}

async function* sent<T>(...values: T[]): AsyncGenerator<T> {
  yield* values;
}

test("records arrive in order with mesh and position, and each batch is answered once it is stored", async () => {
  const stored: SinkRecord[] = [];
  const module = sinkOf(() => ({
    async write(records) {
      stored.push(...records);
    },
  }));
  const { connection, configure } = await served(module);
  await configure("1", { main: { file: "f" } });
  const answers = await all(createClient(Sink, connection).write(sent(batchOf(1, 10, 12), batchOf(2, 13))));
  expect(answers).toMatchObject([{ batch: 1n }, { batch: 2n }]);
  expect(answers.every(({ fault, refused }) => !fault && refused.length === 0)).toBe(true);
  expect(stored.map(({ mesh, position }) => [mesh, position])).toEqual([
    ["m", 10],
    ["m", 12],
    ["m", 13],
  ]);
  expect(stored[0]?.result).toEqual(result);
});

test("a batch that cannot be stored says why, and the stream goes on", async () => {
  let calls = 0;
  const module = sinkOf(() => ({
    async write() {
      calls += 1;
      if (calls === 1) throw new Error("the disk is full");
    },
  }));
  const { connection, configure } = await served(module);
  await configure("1", { main: { file: "f" } });
  const answers = await all(createClient(Sink, connection).write(sent(batchOf(1, 1), batchOf(2, 1))));
  expect(answers[0]?.fault?.message).toMatch(/^sink\.write of p \(.*sink\.test\.ts:\d+\): Error: the disk is full$/);
  expect(answers[1]?.fault).toBeUndefined();
});

test("records that can never be stored are named, and the others are stored", async () => {
  const stored: number[] = [];
  const module = sinkOf(() => ({
    async write(records) {
      stored.push(...records.map(({ position }) => position));
      return [{ position: 7, reason: "no such table" }];
    },
  }));
  const { connection, configure } = await served(module);
  await configure("1", { main: { file: "f" } });
  const empty = { mesh: "m", position: 6n };
  const batch = { ...batchOf(1, 5, 7), records: [recordAt(5), empty, recordAt(7)] };
  const [answer] = await all(createClient(Sink, connection).write(sent(batch)));
  expect(stored).toEqual([5, 7]);
  expect(answer?.refused.map(({ position, fault }) => [position, fault?.message])).toEqual([
    [6n, "the record has no result"],
    [7n, "no such table"],
  ]);
});

test("newer settings end the stream after its batch; the old file is closed before the new one opens", async () => {
  const events: string[] = [];
  const writing = gate();
  const finish = gate();
  const module = sinkOf(({ main }) => {
    events.push(`open ${main.file}`);
    return {
      async write() {
        writing.open();
        if (main.file === "old") await finish.opened;
        events.push(`write ${main.file}`);
      },
      async close() {
        await new Promise((resolve) => setImmediate(resolve));
        events.push(`close ${main.file}`);
      },
    };
  });
  const { connection, configure } = await served(module);
  await configure("1", { main: { file: "old" } });
  const sink = createClient(Sink, connection);
  const endless = gate<never>();
  async function* requests() {
    yield batchOf(1, 1);
    yield await endless.opened;
  }
  const answered: bigint[] = [];
  const old = (async () => {
    for await (const { batch } of sink.write(requests())) answered.push(batch);
  })();
  const ended = expect(old).rejects.toMatchObject({ code: "precondition", message: "plugin p has got newer settings" });
  await writing.opened;
  await configure("2", { main: { file: "new" } });
  const fresh = all(sink.write(sent({ ...batchOf(1, 2), revision: "2" })));
  finish.open();
  await ended;
  expect((await fresh)[0]?.fault).toBeUndefined();
  expect(answered).toEqual([1n]);
  expect(events.slice(0, 5)).toEqual(["open old", "write old", "close old", "open new", "write new"]);
});

test("the same settings again do not open anything anew", async () => {
  let opened = 0;
  const module = sinkOf(() => {
    opened += 1;
    return { write: async () => {} };
  });
  const { connection, configure } = await served(module);
  async function* requests() {
    for (let n = 1; n < 4; n += 1) {
      await configure("1", { main: { file: "f" } });
      yield batchOf(n, n);
    }
  }
  expect(await all(createClient(Sink, connection).write(requests()))).toHaveLength(3);
  expect(opened).toBe(1);
});

test("with the end of its stream the sink is closed, for another process may drive it now; the next stream opens it again", async () => {
  const events: string[] = [];
  const module = sinkOf(() => {
    events.push("open");
    return {
      async write() {
        events.push("write");
      },
      async close() {
        await new Promise((resolve) => setImmediate(resolve));
        events.push("close");
      },
    };
  });
  const { connection, configure } = await served(module);
  await configure("1", { main: { file: "f" } });
  const sink = createClient(Sink, connection);
  await all(sink.write(sent(batchOf(1, 1), batchOf(2, 2))));
  await expect.poll(() => events).toEqual(["open", "write", "write", "close"]);
  await all(sink.write(sent(batchOf(1, 3))));
  await expect.poll(() => events.slice(4)).toEqual(["open", "write", "close"]);
});

test("a stop ends the stream after its batch and closes what was opened", async () => {
  let closed = false;
  const wrote = gate();
  const module = sinkOf(() => ({
    write: async () => wrote.open(),
    close: () => {
      closed = true;
    },
  }));
  const { connection, configure, running } = await served(module);
  await configure("1", { main: { file: "f" } });
  const endless = gate<never>();
  async function* requests() {
    yield batchOf(1, 1);
    yield await endless.opened;
  }
  const call = all(createClient(Sink, connection).write(requests()));
  const ended = expect(call).rejects.toMatchObject({ code: "unavailable", message: "the module is draining" });
  await wrote.opened;
  await running.stop(10_000, "test");
  await ended;
  expect(closed).toBe(true);
});
