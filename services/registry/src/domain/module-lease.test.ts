import { type ModuleRecord, OcelliError } from "@ocelli/model";
import { expect, test } from "vitest";
import { MemoryShelf } from "../testing/memory-shelf.js";
import { ModuleKeeper, type ModuleKey, type Registration } from "./module-lease.js";
import type { EventDraft } from "./ports.js";

const first: Registration = {
  name: "lab",
  instanceId: "i1",
  bootId: "b1",
  version: "0.1.0",
  endpoint: "127.0.0.1:7001",
};
const second: Registration = { ...first, bootId: "b2", endpoint: "127.0.0.1:7002" };
const never = new AbortController().signal;

function setUp() {
  const modules = new MemoryShelf<ModuleRecord, ModuleKey>();
  const told: EventDraft[] = [];
  const world = { nowMs: 0 };
  const dialled: string[] = [];
  const keeper = new ModuleKeeper({
    modules,
    dialBack: async ({ endpoint }) => {
      dialled.push(endpoint);
      if (endpoint.endsWith(":1")) throw new OcelliError("precondition", `${endpoint} does not answer`);
    },
    brokerNow: () => world.nowMs,
    tell: (event) => told.push(event),
    leaseMs: 15_000,
  });
  const at = (nowMs: number): void => {
    world.nowMs = nowMs;
    modules.storedAtMs = nowMs;
  };
  return { keeper, modules, told, at, dialled, types: () => told.map((event) => event.type) };
}

test("a module is believed once it was dialled", async () => {
  const { keeper, modules, dialled, types } = setUp();
  await keeper.register(first, never);
  expect(dialled).toEqual([first.endpoint]);
  expect(modules.all()).toEqual([{ ...first, leaseMs: 15_000, suspect: false }]);
  expect(types()).toEqual(["module.registered"]);
});

test("one that cannot be dialled is refused with the reason", async () => {
  const { keeper, modules } = setUp();
  await expect(keeper.register({ ...first, endpoint: "127.0.0.1:1" }, never)).rejects.toThrow("does not answer");
  expect(modules.all()).toEqual([]);
});

test("a registration that says no instance is refused before anything is dialled", async () => {
  const { keeper, dialled } = setUp();
  await expect(keeper.register({ ...first, instanceId: "" }, never)).rejects.toThrow("says no instanceId");
  expect(dialled).toEqual([]);
});

test("heartbeats keep it, silence ends it", async () => {
  const { keeper, modules, at, types } = setUp();
  await keeper.register(first, never);
  at(14_000);
  expect(await keeper.heartbeat(first)).toBe(true);
  at(28_999);
  await keeper.expire();
  expect(modules.all()).toHaveLength(1);
  at(29_000);
  await keeper.expire();
  expect(modules.all()).toEqual([]);
  expect(types()).toEqual(["module.registered", "module.gone"]);
  expect(await keeper.heartbeat(first), "it has to register again").toBe(false);
});

test("a broken heartbeat makes it suspect without giving it more time, and the next one clears it", async () => {
  const { keeper, modules, at } = setUp();
  await keeper.register(first, never);
  at(10_000);
  await keeper.suspect(first);
  expect(modules.all()).toMatchObject([{ suspect: true, leaseMs: 5_000 }]);
  at(12_000);
  await keeper.heartbeat(first);
  expect(modules.all()).toMatchObject([{ suspect: false, leaseMs: 15_000 }]);
});

test("the newer start of an instance wins, and the older does not come back", async () => {
  const { keeper, modules } = setUp();
  await keeper.register(first, never);
  await keeper.register(second, never);
  expect(modules.all()).toMatchObject([{ bootId: "b2", endpoint: second.endpoint }]);
  expect(await keeper.heartbeat(first)).toBe(false);
  await expect(keeper.register(first, never)).rejects.toThrow("newer start");
  await keeper.deregister(first);
  await keeper.suspect(first);
  expect(modules.all()).toMatchObject([{ bootId: "b2", suspect: false }]);
});

test("goodbye is gone at once", async () => {
  const { keeper, modules, types } = setUp();
  await keeper.register(first, never);
  await keeper.deregister(first);
  expect(modules.all()).toEqual([]);
  expect(types()).toEqual(["module.registered", "module.gone"]);
});
