import { Polling, Sink } from "@ocelli/proto/plugin";
import { describe, expect, test } from "vitest";
import { createClient } from "./index.js";
import { all, gate, loopback, polling, sink } from "./testing/loopback.js";

const big = "x".repeat(64 * 1024);
/** Buffers of both ends together hold less than this many of our messages. */
const boundedBy = 200;
const many = 600;

/** Lets everything that is ready to run do so, until nothing more is produced. */
async function settled(count: () => number): Promise<number> {
  for (let before = -1, still = 0; still < 20; ) {
    still = count() === before ? still + 1 : 0;
    before = count();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return count();
}

describe("a reader that stalls", () => {
  test("stops the handler that streams to it, which then goes on where it was", async () => {
    let produced = 0;
    const service = polling(async function* () {
      for (; produced < many; produced += 1) yield { answers: [{ item: produced, fault: { message: big } }] };
    });
    const { connection } = await loopback([service]);
    const stream = createClient(Polling, connection).poll({})[Symbol.asyncIterator]();
    await stream.next();
    expect(await settled(() => produced)).toBeLessThan(boundedBy);
    let read = 1;
    while (!(await stream.next()).done) read += 1;
    expect(read).toBe(many);
  });

  test("stops the client that streams requests to it", async () => {
    let produced = 0;
    const go = gate();
    const service = sink(async function* (requests) {
      await go.opened;
      let last = 0n;
      for await (const { batch } of requests) last = batch;
      yield { batch: last };
    });
    const { connection } = await loopback([service]);
    async function* requests() {
      for (; produced < many; produced += 1) yield { batch: BigInt(produced + 1), plugin: big };
    }
    const answers = all(createClient(Sink, connection).write(requests()));
    expect(await settled(() => produced)).toBeLessThan(boundedBy);
    go.open();
    expect((await answers).map(({ batch }) => batch)).toEqual([BigInt(many)]);
  });
});

describe("the size of a message", () => {
  const limit = 64 * 1024;
  const sized = (bytes: number) =>
    polling(async function* () {
      yield { answers: [{ fault: { message: "y".repeat(bytes) } }] };
    });

  test("up to the limit passes", async () => {
    const { connection } = await loopback([sized(limit - 20)], { messageBytes: limit });
    const [part] = await all(createClient(Polling, connection).poll({}));
    expect(part?.answers[0]?.fault?.message).toHaveLength(limit - 20);
  });

  test("beyond the limit ends the call with both sizes, and the next call works", async () => {
    const { connection } = await loopback([sized(limit)], { messageBytes: limit });
    const client = createClient(Polling, connection);
    const text = /a ocelli\.plugin\.v1\.PollResponse of 655\d\d bytes is larger than the limit of 65536 bytes/;
    await expect(all(client.poll({}))).rejects.toMatchObject({
      code: "exhausted",
      message: expect.stringMatching(text),
    });
    await expect(all(client.poll({}))).rejects.toMatchObject({ code: "exhausted" });
  });

  test("beyond the limit is not even sent by a client", async () => {
    const { connection } = await loopback([sized(1)], { connect: { messageBytes: 1_000 } });
    const items = [{ run: { plugin: "z".repeat(2_000) } }];
    await expect(all(createClient(Polling, connection).poll({ items }))).rejects.toMatchObject({ code: "exhausted" });
  });

  test("4 MiB less an envelope pass by default", async () => {
    const bytes = 4 * 1024 * 1024 - 64;
    const { connection } = await loopback([sized(bytes)]);
    const [part] = await all(createClient(Polling, connection).poll({}));
    expect(part?.answers[0]?.fault?.message).toHaveLength(bytes);
  });
});
