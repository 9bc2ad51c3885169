import { joinTokenKey, OcelliError } from "@ocelli/model";
import { ModuleRegistry } from "@ocelli/proto/registry";
import { connect, implement, type RunningServer, startServer } from "@ocelli/rpc";
import { afterEach, expect, test, vi } from "vitest";
import { createLog } from "./log.js";
import { Redactor } from "./redactor.js";
import { stayRegistered } from "./registration.js";
import { systemClock } from "./system-clock.js";

const registration = { name: "m", version: "1.0.0", endpoint: "127.0.0.1:1", instanceId: "i", bootId: "b" };
const closing: (() => void | Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

interface FakeRegistry {
  readonly server: RunningServer;
  readonly events: string[];
  /** What the next heartbeats answer. */
  unknown: boolean;
}

async function fakeRegistry(listen = "127.0.0.1:0", joinToken = "join"): Promise<FakeRegistry> {
  const events: string[] = [];
  const service = implement(ModuleRegistry, {
    register: (request, ctx) => {
      if (ctx.metadata(joinTokenKey) !== joinToken) throw new OcelliError("denied", "the join token is wrong");
      events.push(`register ${request.name} ${request.endpoint} ${request.instanceId} ${request.bootId}`);
      return { leaseMs: 1_000, heartbeatEveryMs: 100 };
    },
    async *heartbeat(requests) {
      for await (const { name, bootId } of requests) {
        events.push(`beat ${name} ${bootId}`);
        yield { unknown: fake.unknown };
        fake.unknown = false;
      }
    },
    deregister: ({ name, bootId }) => {
      events.push(`deregister ${name} ${bootId}`);
      return {};
    },
  });
  const server = await startServer({ listen, services: [service] });
  const fake: FakeRegistry = { server, events, unknown: false };
  closing.push(() => server.shutdown(0));
  return fake;
}

function register(endpoint: string, joinToken = "join"): { stop: () => Promise<void>; log: string[] } {
  const log: string[] = [];
  const write = (line: string): void => void log.push(JSON.parse(line).msg);
  const connection = connect(endpoint);
  const stopping = new AbortController();
  const deps = {
    clock: systemClock,
    random: () => 0,
    log: createLog({ level: "info", nowMs: () => 0, redactor: new Redactor(), write }),
    joinToken,
  };
  const done = stayRegistered(connection, registration, deps, stopping.signal);
  const stop = async (): Promise<void> => {
    stopping.abort();
    await done;
    connection.close();
  };
  closing.push(stop);
  return { stop, log };
}

const timeout = { timeout: 10_000 };

test("a module registers, keeps its lease alive, and takes itself away when it stops", async () => {
  const fake = await fakeRegistry();
  const { stop } = register(fake.server.endpoint);
  await vi.waitUntil(() => fake.events.filter((event) => event === "beat m b").length >= 3, timeout);
  expect(fake.events[0]).toBe("register m 127.0.0.1:1 i b");
  await stop();
  expect(fake.events.at(-1)).toBe("deregister m b");
  expect(fake.events.filter((event) => event.startsWith("register"))).toHaveLength(1);
});

test("a module that the registry has forgotten registers again", async () => {
  const fake = await fakeRegistry();
  register(fake.server.endpoint);
  await vi.waitUntil(() => fake.events.includes("beat m b"), timeout);
  fake.unknown = true;
  await vi.waitUntil(() => fake.events.filter((event) => event.startsWith("register")).length === 2, timeout);
});

test("a registry that restarts is found again", async () => {
  const first = await fakeRegistry();
  const { endpoint } = first.server;
  register(endpoint);
  await vi.waitUntil(() => first.events.includes("beat m b"), timeout);
  await first.server.shutdown(0);
  const second = await fakeRegistry(endpoint);
  await vi.waitUntil(() => second.events.includes("beat m b"), timeout);
  expect(second.events[0]).toBe("register m 127.0.0.1:1 i b");
});

test("a module that is refused says so, tries again, and is let in once it may", async () => {
  const fake = await fakeRegistry("127.0.0.1:0", "right");
  const refused = register(fake.server.endpoint, "wrong");
  await vi.waitUntil(() => refused.log.filter((line) => line === "not registered, trying again").length >= 2, timeout);
  expect(fake.events).toEqual([]);
});
