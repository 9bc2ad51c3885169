import { Plugin } from "@ocelli/proto/plugin";
import type { RegisterRequest } from "@ocelli/proto/registry";
import { Kind } from "@ocelli/proto/task";
import { implement, type RunningServer, startServer } from "@ocelli/rpc";
import { eventually } from "@ocelli/test-kit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openWorld, type RunningRegistry, type World } from "./testing/registry-world.js";

type Registration = Pick<RegisterRequest, "name" | "version" | "endpoint" | "instanceId" | "bootId">;

let world: World;
let running: RunningRegistry;
const servers: RunningServer[] = [];
const metadata = { "ocelli-join-token": "let me in" };
beforeAll(async () => {
  world = await openWorld();
  running = await world.start({ join_token: "let me in" });
});
afterAll(async () => {
  await Promise.all(servers.map((server) => server.shutdown(0)));
  await world.close();
});

/** A module that answers the handshake, and nothing else. */
async function serve(name: string, instanceId = "i1", bootId = "b1", protocolMajor = 1): Promise<Registration> {
  const unused = async () => ({});
  const plugin = implement(Plugin, {
    handshake: async () => ({
      protocolMajor,
      protocolMajors: [protocolMajor],
      name,
      version: "0.1.0",
      instanceId,
      bootId,
    }),
    describe: async () => ({ description: "A module of a test", services: [Kind.POLLING] }),
    validateConfig: unused,
    configure: unused,
    drain: unused,
  });
  const server = await startServer({ listen: "127.0.0.1:0", services: [plugin] });
  servers.push(server);
  return { name, version: "0.1.0", endpoint: server.endpoint, instanceId, bootId };
}

const stateOf = async (name: string) => {
  const { modules } = await running.registry.listModules({});
  return modules.find((module) => module.registration?.name === name);
};

test("a module that answers is registered, and shown with the plugins that use it", async () => {
  await world.write(
    "lab.ocelli-plugin",
    "[Core]\nName = lab\nModule = service:lab-module\n[Documentation]\nAuthor = a\nVersion = 1\nWebsite = w\nDescription = d\n[main]\nexecute_frequency = 60\n",
  );
  await eventually(async () => void (await running.registry.getPlugin({ name: "lab" })));
  const own = await serve("lab-module");
  expect(await running.modules.register(own, { metadata })).toMatchObject({ leaseMs: 15_000, heartbeatEveryMs: 5_000 });
  expect(await stateOf("lab-module")).toMatchObject({
    name: "lab-module 0.1.0",
    state: "ready",
    plugins: ["lab"],
    agentId: "",
  });
});

test.for([
  { why: "without the join token", over: {}, call: {}, code: "unauthenticated", words: "join token" },
  {
    why: "with a wrong join token",
    over: {},
    call: { "ocelli-join-token": "let me out" },
    code: "unauthenticated",
    words: "join token",
  },
  {
    why: "under another name than it says itself",
    over: { name: "other" },
    call: metadata,
    code: "precondition",
    words: "odd 0.1.0",
  },
  {
    why: "as another start than the one that answers",
    over: { bootId: "b2" },
    call: metadata,
    code: "precondition",
    words: "another instance",
  },
  {
    why: "where nobody answers",
    over: { endpoint: "127.0.0.1:1" },
    call: metadata,
    code: "precondition",
    words: "does not answer",
  },
  {
    why: "with an endpoint that is none",
    over: { endpoint: "nonsense" },
    call: metadata,
    code: "invalid",
    words: "host:port",
  },
])("refused $why, and the module hears why", async ({ over, call, code, words }) => {
  const own = await serve("odd");
  const registering = running.modules.register({ ...own, ...over }, { metadata: { ...call } });
  await expect(registering).rejects.toMatchObject({ code, message: expect.stringContaining(words) });
});

test("a module of another protocol hears both versions", async () => {
  const own = await serve("future", "i1", "b1", 7);
  await expect(running.modules.register(own, { metadata })).rejects.toThrow(/7.*1/s);
});

test("heartbeats are answered; a broken stream makes it suspect, a goodbye ends it", async () => {
  const own = await serve("beating");
  const { name, instanceId, bootId } = own;
  await running.modules.register(own, { metadata });
  const leave = new AbortController();
  const beats = async function* () {
    yield { name, instanceId, bootId };
    await new Promise((resolve) => leave.signal.addEventListener("abort", resolve, { once: true }));
  };
  const answers = running.modules.heartbeat(beats(), { metadata, signal: leave.signal });
  const first = await answers[Symbol.asyncIterator]().next();
  expect(first.value).toMatchObject({ unknown: false });
  leave.abort();
  await eventually(async () => expect(await stateOf("beating")).toMatchObject({ state: "suspect" }));
  await running.modules.deregister({ name, instanceId, bootId }, { metadata });
  expect(await stateOf("beating")).toBeUndefined();
  const again = async function* () {
    yield { name, instanceId, bootId };
  };
  for await (const { unknown } of running.modules.heartbeat(again(), { metadata })) expect(unknown).toBe(true);
});

test("a tail sees what happens from then on, and a while before where it is asked to", async () => {
  const follow = async (request: object): Promise<string[]> => {
    const seen: string[] = [];
    const stop = new AbortController();
    void (async () => {
      for await (const { entry } of running.feed.tail(request, { signal: stop.signal })) {
        seen.push(entry.case === "event" ? `${entry.value.type} ${entry.value.resourceId}` : (entry.case ?? ""));
      }
    })().catch(() => undefined);
    await eventually(() => expect(seen[0]).toBe("started"));
    ends.push(stop);
    return seen;
  };
  const ends: AbortController[] = [];
  await running.registry.putResource({ resource: { id: "before", endpoint: "e" } });
  const fromNow = await follow({});
  const fromBefore = await follow({ sinceS: 60, resourceId: "before" });
  const quiet = await follow({ noEvents: true });
  await running.registry.putResource({ resource: { id: "after", endpoint: "e" } });
  await eventually(() => expect(fromNow).toContain("resource.added after"));
  expect(fromNow).not.toContain("resource.added before");
  await eventually(() => expect(fromBefore).toEqual(["started", "resource.added before"]));
  expect(quiet).toEqual(["started"]);
  for (const end of ends) end.abort();
});
