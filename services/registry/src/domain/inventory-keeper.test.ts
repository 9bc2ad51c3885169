import type { PluginRecord, ResourceRecord } from "@ocelli/model";
import { expect, test } from "vitest";
import { anAnswer, aRecord, aResource, aSpec } from "../testing/builders.js";
import { MemoryShelf } from "../testing/memory-shelf.js";
import { InventoryKeeper } from "./inventory-keeper.js";
import type { EventDraft } from "./ports.js";

function setUp(records: readonly ResourceRecord[] = [], removalPercent = 0) {
  const resources = new MemoryShelf<ResourceRecord>();
  for (const record of records) resources.set(record.resource.id, record);
  const plugins = new MemoryShelf<PluginRecord>();
  const active = aSpec({ name: "finder", service: "discovery", removalPercent });
  plugins.set("finder", { name: "finder", active, candidate: undefined, problems: [] });
  const told: EventDraft[] = [];
  const world = { nowMs: 10_000 as number | undefined };
  const keeper = new InventoryKeeper({
    resources,
    plugins,
    rules: { removal: { percent: 30, floor: 5 }, defaultTtlS: 1000 },
    brokerNow: () => world.nowMs,
    tell: (event) => told.push(event),
  });
  return { resources, keeper, told, world, ids: () => resources.all().map((record) => record.resource.id) };
}

const ids = (count: number) => Array.from({ length: count }, (_, i) => `d${i}`);
const grace = { sinceAtMs: 0, atMostMs: 600_000 };

test("what somebody puts by hand at the same moment is not overwritten, and the rest is applied", async () => {
  const { keeper, resources, told } = setUp();
  resources.interfere = (id) => {
    if (id === "b") resources.set("b", aRecord("b", { source: "", expiresAtMs: 0 }));
    resources.interfere = undefined;
  };
  await keeper.apply(anAnswer([aResource("b"), aResource("a")]));
  expect(resources.all().map((record) => record.source)).toEqual(["finder", ""]);
  expect(told.map((event) => event.type)).toEqual(["resource.added", "resource.refused"]);
});

test("a broker that is away fails the whole, and the answer can be applied again", async () => {
  const { keeper, resources, ids: kept } = setUp();
  resources.down = true;
  await expect(keeper.apply(anAnswer([aResource("a")]))).rejects.toThrow("does not answer");
  resources.down = false;
  await keeper.apply(anAnswer([aResource("a")]));
  expect(kept()).toEqual(["a"]);
});

test("the plugin's own share wins over the registry's", async () => {
  const { keeper, ids: kept } = setUp(
    ids(20).map((id) => aRecord(id)),
    60,
  );
  await keeper.apply(anAnswer(ids(10).map((id) => aResource(id))));
  expect(kept()).toHaveLength(10);
});

test("a confirmed removal takes what is held, and only that", async () => {
  const { keeper, ids: kept, told } = setUp(ids(20).map((id) => aRecord(id)));
  await keeper.apply(anAnswer(ids(10).map((id) => aResource(id))));
  expect(kept()).toHaveLength(20);
  const removed = await keeper.confirmRemoval("finder");
  expect(removed).toHaveLength(10);
  expect(kept()).toEqual(ids(10));
  expect(told.filter((event) => event.type === "resource.removed")).toHaveLength(10);
});

test("the same refusal is told once, until it is over", async () => {
  const { keeper, told } = setUp();
  const bad = anAnswer([aResource("a"), aResource("")]);
  await keeper.apply(bad);
  await keeper.apply(bad);
  expect(told.map((event) => event.type)).toEqual(["resource.added", "resource.refused", "discovery.incomplete"]);
  await keeper.apply(anAnswer([aResource("a")]));
  await keeper.apply(bad);
  expect(told.filter((event) => event.type === "resource.refused")).toHaveLength(2);
});

test("ten thousand bad resources make twenty events and a count", async () => {
  const { keeper, told } = setUp();
  await keeper.apply(anAnswer(Array.from({ length: 10_000 }, (_, i) => aResource(`${i}`, { ttlS: -1 - i }))));
  const refused = told.filter((event) => event.type === "resource.refused");
  expect(refused).toHaveLength(21);
  expect(refused.at(-1)?.message).toContain("9980 more");
});

test.for([
  { why: "it expires at its ttl", record: {}, nowMs: 100_000, kept: [] },
  { why: "it does not expire before", record: {}, nowMs: 99_999, kept: ["a"] },
  { why: "what has no end does not expire", record: { expiresAtMs: 0 }, nowMs: 1e12, kept: ["a"] },
  { why: "while the clock is not known nothing expires", record: {}, nowMs: undefined, kept: ["a"] },
  {
    why: "nobody led when it would have been seen: its source gets another chance",
    record: {},
    nowMs: 250_000,
    sinceAtMs: 200_000,
    kept: ["a"],
  },
  { why: "the chance lasts a ttl and no longer", record: {}, nowMs: 300_000, sinceAtMs: 200_000, kept: [] },
])("$why", async ({ record, nowMs, kept, sinceAtMs = 0 }) => {
  const { keeper, world, ids: now } = setUp([aRecord("a", record)]);
  world.nowMs = nowMs;
  await keeper.expire({ ...grace, sinceAtMs });
  expect(now()).toEqual(kept);
});

test("what was seen while the expiry was decided stays", async () => {
  const { keeper, resources, world, told } = setUp([aRecord("a")]);
  world.nowMs = 100_000;
  resources.interfere = () => resources.set("a", aRecord("a", { expiresAtMs: 200_000 }));
  await keeper.expire(grace);
  expect(resources.get("a")?.value.expiresAtMs).toBe(200_000);
  expect(told).toEqual([]);
});
