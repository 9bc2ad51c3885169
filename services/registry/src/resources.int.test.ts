import { ChangeType } from "@ocelli/proto/registry";
import { eventually } from "@ocelli/test-kit";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { aResource, aResult } from "./testing/builders.js";
import { openWorld, pluginText, type RunningRegistry, type World } from "./testing/registry-world.js";

let world: World;
let running: RunningRegistry;
let fence = 0;
/** A name for each test, so that they share a broker and nothing else. */
let plugin = "";
beforeAll(async () => {
  world = await openWorld();
  running = await world.start({ resource_ttl_seconds: "600" });
});
beforeEach(() => {
  fence += 100;
  plugin = `finder-${fence}`;
});
afterAll(() => world.close());

const next = (): number => {
  fence += 1;
  return fence;
};
const id = (n: number): string => `${plugin}/dev ${n}.öl`;
const some = (count: number, site = "") => Array.from({ length: count }, (_, i) => aResource(id(i), { site }));
const mine = () => `resource_id LIKE "${plugin}/%"`;
async function listed(): Promise<string[]> {
  const { resources } = await running.registry.listResources({ filter: mine(), pageSize: 1000 });
  return resources.map((record) => record.resource?.id ?? "");
}
/** Waits until the registry has taken everything that was published so far. */
async function taken(): Promise<void> {
  const probe = `probe-${fence}-${Math.random()}`;
  await world.discover(plugin === "" ? "probe" : `${plugin}-probe`, next(), [aResource(probe)]);
  await eventually(async () => void (await running.registry.getResource({ id: probe })));
}
test("what a discovery finds is there, under any id, and what it finds no more is gone", async () => {
  await world.discover(plugin, next(), some(3));
  await eventually(async () => expect(await listed()).toEqual([id(0), id(1), id(2)]));
  await world.discover(plugin, next(), some(2));
  await eventually(async () => expect(await listed()).toEqual([id(0), id(1)]));
  await eventually(() => expect(world.eventsOf({ resourceId: id(2) })).toEqual(["resource.added", "resource.removed"]));
});

test("nothing but a complete answer removes anything", async () => {
  await world.discover(plugin, next(), some(4));
  const half = { resources: some(1), summary: { complete: false, resources: 1, scopes: [] } };
  const cut = { resources: some(1), summary: undefined };
  const miscounted = { resources: some(1), summary: { complete: true, resources: 4, scopes: [] } };
  const empty = { resources: [], summary: { complete: true, resources: 0, scopes: [] } };
  const signal = new AbortController().signal;
  for (const discovery of [half, cut, miscounted, empty]) {
    await world.bus.results.publish(aResult({ plugin, fence: next(), discovery }), signal);
  }
  await taken();
  expect(await listed()).toHaveLength(4);
  const reasons = () => world.eventsOf({ plugin }).filter((type) => type === "discovery.incomplete");
  await eventually(() => expect(reasons()).toHaveLength(4));
});

test("only the sites that were covered are looked at", async () => {
  const east = some(2, "east");
  const west = [aResource(id(8), { site: "west" }), aResource(id(9), { site: "west" })];
  await world.discover(plugin, next(), [...east, ...west]);
  await world.discover(plugin, next(), east.slice(0, 1), ["east"]);
  await eventually(async () => expect(await listed()).toEqual([id(0), id(8), id(9)]));
});

test("a mass removal is held until somebody confirms it", async () => {
  await world.discover(plugin, next(), some(20));
  await world.discover(plugin, next(), some(10));
  await taken();
  expect(await listed()).toHaveLength(20);
  const { record } = await running.registry.getResource({ id: id(15) });
  expect(record?.heldForRemoval).toBe(true);
  const { removed } = await running.registry.confirmRemoval({ plugin });
  expect(removed).toHaveLength(10);
  expect(await listed()).toHaveLength(10);
  await eventually(() => expect(world.eventsOf({ plugin })).toContain("discovery.held"));
});

test("a registry that dies between two parts loses nothing, and nothing is applied twice", async () => {
  const signal = new AbortController().signal;
  await world.discover(plugin, next(), [aResource(id(99))]);
  await eventually(async () => expect(await listed()).toHaveLength(1));
  const run = next();
  const part = (index: number, last: boolean) => {
    const summary = last ? { complete: true, resources: 3, scopes: [] } : undefined;
    const discovery = { resources: [aResource(id(index))], summary };
    return world.bus.results.publish(aResult({ plugin, fence: run, part: index, last, discovery }), signal);
  };
  await part(0, false);
  await part(1, false);
  await taken();
  expect(await listed(), "nothing is applied before the end").toEqual([id(99)]);
  await running.stop();
  running = await world.start({ resource_ttl_seconds: "600" });
  await part(2, true);
  // A server of 2.9 may offer what was given back to a pull that nobody waits for any more, and again after a minute.
  await eventually(async () => expect(await listed()).toEqual([id(0), id(1), id(2)]), 75_000);
  await eventually(() => expect(world.eventsOf({ resourceId: id(0) })).toEqual(["resource.added"]));
}, 90_000);

test("results that waited while no registry ran are applied, the newest last", async () => {
  await running.stop();
  for (const count of [5, 4, 3]) await world.discover(plugin, next(), some(count));
  running = await world.start();
  await eventually(async () => expect(await listed()).toEqual([id(0), id(1), id(2)]));
});

test("an older run that comes late is refused, and told", async () => {
  await world.discover(plugin, fence + 50, some(2));
  await world.discover(plugin, fence + 49, some(1));
  await taken();
  expect(await listed()).toHaveLength(2);
  await eventually(() => expect(world.eventsOf({ plugin })).toContain("run.stale"));
});

test("a ttl ends what is not seen again, and what was put by hand without a ttl stays", async () => {
  await world.discover(plugin, next(), [aResource(id(1), { ttlS: 1 }), aResource(id(2))]);
  await running.registry.putResource({ resource: { id: id(3), endpoint: "10.0.0.3" } });
  await eventually(async () => expect(await listed()).toEqual([id(2), id(3)]));
  await eventually(() => expect(world.eventsOf({ resourceId: id(1) })).toEqual(["resource.added", "resource.expired"]));
  const { record } = await running.registry.getResource({ id: id(3) });
  expect(record).toMatchObject({ source: "", expiresAtMs: 0n });
});

test("by hand wins over discovery, in both directions", async () => {
  await running.registry.putResource({ resource: { id: id(1), site: "mine", endpoint: "10.0.0.1" } });
  await world.discover(plugin, next(), some(2));
  await taken();
  expect((await running.registry.getResource({ id: id(1) })).record).toMatchObject({
    source: "",
    resource: { site: "mine" },
  });
  await running.registry.deleteResource({ id: id(0) });
  expect(await listed()).toEqual([id(1)]);
  await expect(running.registry.deleteResource({ id: id(0) })).rejects.toMatchObject({ code: "not_found" });
  await expect(running.registry.putResource({ resource: { id: "" } })).rejects.toMatchObject({ code: "invalid" });
});

test("pages in order, with the total, and a filter that is wrong shows where", async () => {
  await world.discover(plugin, next(), some(25));
  await eventually(async () => expect(await listed()).toHaveLength(25));
  const pages: string[][] = [];
  let pageToken = "";
  do {
    const page = await running.registry.listResources({ filter: mine(), pageSize: 10, pageToken });
    expect(page.total).toBe(25);
    pages.push(page.resources.map((record) => record.resource?.id ?? ""));
    pageToken = page.nextPageToken;
  } while (pageToken !== "");
  expect(pages.map((page) => page.length)).toEqual([10, 10, 5]);
  expect(pages.flat()).toEqual([...pages.flat()].sort());
  await expect(running.registry.listResources({ filter: 'resource_clas = "x"' })).rejects.toThrow("resource_class");
  await expect(running.registry.listResources({ pageToken: "=zz" })).rejects.toMatchObject({ code: "invalid" });
});

test("a watcher of a filter hears what begins and what stops to match", async () => {
  await world.discover(plugin, next(), some(2, "east"));
  await eventually(async () => expect(await listed()).toHaveLength(2));
  const stop = new AbortController();
  const seen: string[] = [];
  const filter = `${mine()} AND resource_site = "east"`;
  const watching = (async () => {
    for await (const { type, record } of running.registry.watchResources({ filter }, { signal: stop.signal })) {
      seen.push(`${ChangeType[type]} ${record?.resource?.id ?? ""}`);
    }
  })().catch(() => undefined);
  await eventually(() => expect(seen.at(-1)).toBe("CAUGHT_UP "));
  expect(seen.slice(0, -1).sort()).toEqual([`PUT ${id(0)}`, `PUT ${id(1)}`]);
  await world.discover(plugin, next(), [
    aResource(id(0), { site: "west" }),
    aResource(id(1), { site: "east" }),
    aResource(id(2), { site: "east" }),
  ]);
  await eventually(() => expect(seen.slice(3).sort()).toEqual([`DELETE ${id(0)}`, `PUT ${id(2)}`]));
  stop.abort();
  await watching;
});

test("why: which plugins match, and which clause failed on which value", async () => {
  const filter = `resource_class = "network" AND (resource_type LIKE "cisco%" OR resource_metadata.os = "ios")`;
  await world.write("yes.ocelli-plugin", pluginText(`${plugin}-yes`));
  await world.write("no.ocelli-plugin", pluginText(`${plugin}-no`, `resource_filter = ${filter}`));
  await running.registry.putResource({
    resource: { id: id(1), class: "network", type: "juniper", endpoint: "10.0.0.1" },
  });
  await eventually(async () => {
    const { explanations } = await running.registry.explainFilter({ plugin: `${plugin}-no`, resourceId: id(1) });
    expect(explanations).toHaveLength(1);
    expect(explanations[0]).toMatchObject({ matches: false, filter, summary: expect.stringContaining("juniper") });
    expect(explanations[0]?.clauses.map(({ holds, value }) => [holds, value])).toEqual([
      [true, "network"],
      [false, "juniper"],
      [false, ""],
    ]);
  });
  const all = await running.registry.explainFilter({ resourceId: id(1) });
  expect(all.explanations.find((one) => one.plugin === `${plugin}-yes`)?.matches).toBe(true);
  const { plugins } = await running.registry.getResource({ id: id(1) });
  expect(plugins).toContain(`${plugin}-yes`);
  expect(plugins).not.toContain(`${plugin}-no`);
  const bare = await running.registry.explainFilter({ filter: 'resource_type = "juniper"', resourceId: id(1) });
  expect(bare.explanations).toMatchObject([{ plugin: "", matches: true }]);
  await expect(running.registry.explainFilter({ plugin: "nobody", resourceId: id(1) })).rejects.toMatchObject({
    code: "not_found",
  });
});

test("enrichments are kept, found by namespace, refused alone where they are wrong, and expire", async () => {
  await world.discover(plugin, next(), some(1));
  await taken();
  const set = (namespace: string, text: string, ttlS = 600) => {
    const dataJson = new TextEncoder().encode(text);
    return { namespace, schema: "0.1", ttlS, dataJson, resourceId: "" };
  };
  const sets = [set("interface", '{"1":{"name":"eth0"}}'), set("broken", "{"), set("brief", "{}", 1)];
  const result = aResult({
    kind: "enrichment",
    plugin: `${plugin}-enricher`,
    resource: aResource(id(0)),
    fence: next(),
    sets,
  });
  await world.bus.results.publish(result, new AbortController().signal);
  const known = async (namespace = "") =>
    (await running.registry.getEnrichments({ resourceId: id(0), namespace })).enrichments;
  await eventually(async () => expect((await known()).map((one) => one.set?.namespace)).toContain("interface"));
  const [one] = await known("interface");
  expect(new TextDecoder().decode(one?.set?.dataJson)).toBe('{"1":{"name":"eth0"}}');
  expect(one).toMatchObject({ plugin: `${plugin}-enricher`, set: { resourceId: id(0), schema: "0.1" } });
  await eventually(async () => expect((await known()).map((found) => found.set?.namespace)).toEqual(["interface"]));
  const refused = () => world.events.filter((event) => event.type === "resource.refused" && event.resourceId === id(0));
  await eventually(() => expect(refused().map((event) => event.attributes)).toEqual([{ namespace: "broken" }]));
});

test("a broker that dies and returns: nothing is lost, nothing expires for it, the watch goes on", async () => {
  await world.discover(plugin, next(), some(2));
  await eventually(async () => expect(await listed()).toHaveLength(2));
  await world.nats.kill();
  expect(await listed(), "answers go on from memory").toHaveLength(2);
  await expect(running.registry.putResource({ resource: { id: id(7) } })).rejects.toMatchObject({
    code: "unavailable",
  });
  await world.nats.restart();
  await world.discover(plugin, next(), some(3));
  await eventually(async () => expect(await listed()).toHaveLength(3));
});
