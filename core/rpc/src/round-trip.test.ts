import { Plugin, Polling, Sink, type WriteRequest } from "@ocelli/proto/plugin";
import { afterEach, expect, test } from "vitest";
import {
  type CallContext,
  type Connection,
  connect,
  createClient,
  implement,
  type RunningServer,
  startServer,
} from "./index.js";

const open: { connection?: Connection; server?: RunningServer } = {};

afterEach(async () => {
  open.connection?.close();
  await open.server?.shutdown(0);
});

async function serve(services: Parameters<typeof startServer>[0]["services"], more = {}): Promise<Connection> {
  open.server = await startServer({ listen: "127.0.0.1:0", services, ...more });
  open.connection = connect(open.server.endpoint);
  return open.connection;
}

const plugin = implement(Plugin, {
  handshake: (request) => ({ name: request.launchId, protocolMajor: request.protocolMajors[0] ?? 0 }),
  describe: () => ({}),
  validateConfig: () => ({}),
  configure: () => ({}),
  drain: () => ({}),
});

test("a unary call brings the answer of its handler", async () => {
  const client = createClient(Plugin, await serve([plugin]));
  const answer = await client.handshake({ launchId: "ü/1", protocolMajors: [1] });
  expect(answer.name).toBe("ü/1");
});

test("a server stream brings every answer in order", async () => {
  const polling = implement(Polling, {
    async *poll(request) {
      for (const item of request.items) yield { answers: [{ item: item.item }] };
    },
  });
  const client = createClient(Polling, await serve([polling]));
  const seen: number[] = [];
  for await (const part of client.poll({ items: [{ item: 1 }, { item: 2 }, { item: 3 }] })) {
    seen.push(part.answers[0]?.item ?? 0);
  }
  expect(seen).toEqual([1, 2, 3]);
});

test("a bidirectional stream answers each request as it comes", async () => {
  const sink = implement(Sink, {
    async *write(requests: AsyncIterable<WriteRequest>, _ctx: CallContext) {
      for await (const request of requests) yield { batch: request.batch };
    },
  });
  const client = createClient(Sink, await serve([sink]));
  async function* requests() {
    for (let batch = 1n; batch <= 40n; batch += 1n) yield { batch };
  }
  const seen: bigint[] = [];
  for await (const answer of client.write(requests())) seen.push(answer.batch);
  expect(seen).toHaveLength(40);
});
