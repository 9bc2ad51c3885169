import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ChangeType, PluginState } from "@ocelli/proto/registry";
import { eventually } from "@ocelli/test-kit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openWorld, pluginText, type RunningRegistry, type World } from "./testing/registry-world.js";

let world: World;
let running: RunningRegistry;
beforeAll(async () => {
  world = await openWorld();
  running = await world.start();
});
afterAll(() => world.close());

const statusOf = async (name: string) => (await running.registry.getPlugin({ name })).plugin;
const revisionOf = async (name: string): Promise<string> => {
  const entry = await world.bus.plugins.get(name);
  return entry?.value.candidate?.revision ?? entry?.value.active?.revision ?? "";
};
const accept = async (name: string): Promise<void> => {
  const revision = await revisionOf(name);
  await world.report("a1", { plugin: name, revision, judgedRevision: revision });
};

test("a file is followed from its first line to its removal", async () => {
  await world.write("ping.ocelli-plugin", pluginText("ping"));
  await eventually(async () => expect(await statusOf("ping")).toMatchObject({ state: PluginState.WAITING }));
  expect(await statusOf("ping")).toMatchObject({ record: { candidate: { frequencyMs: 60_000 } } });

  await accept("ping");
  await eventually(async () => expect(await statusOf("ping")).toMatchObject({ state: PluginState.READY }));
  const first = await revisionOf("ping");

  await writeFile(
    join(world.directory, "ping.ocelli-plugin"),
    pluginText("ping").replace("execute_frequency = 60", "execute_frequncy = 60"),
  );
  await eventually(async () => expect((await statusOf("ping"))?.record?.problems.length).toBeGreaterThan(0));
  const broken = await statusOf("ping");
  expect(broken).toMatchObject({ state: PluginState.READY, record: { active: { revision: first } } });
  expect(broken?.record?.problems[0]).toMatchObject({
    file: join(world.directory, "ping.ocelli-plugin"),
    message: expect.stringContaining("execute_frequency"),
  });

  await world.write("ping.ocelli-plugin", pluginText("ping").replace("= 60", "= 30"));
  await eventually(async () =>
    expect(await statusOf("ping")).toMatchObject({ record: { candidate: { frequencyMs: 30_000 }, problems: [] } }),
  );
  const refused = { file: "ping.ocelli-plugin", line: 12, message: "too often" };
  await world.report("a1", {
    plugin: "ping",
    revision: first,
    judgedRevision: await revisionOf("ping"),
    problems: [refused],
  });
  await eventually(async () => {
    const now = await statusOf("ping");
    expect(now).toMatchObject({
      state: PluginState.READY,
      record: { active: { revision: first }, problems: [refused] },
    });
    expect(now?.record?.candidate).toBeUndefined();
  });

  await world.write("ping.ocelli-plugin", pluginText("ping").replace("= 60", "= 90"));
  await eventually(async () =>
    expect(await statusOf("ping")).toMatchObject({ record: { candidate: { frequencyMs: 90_000 } } }),
  );
  await accept("ping");
  await eventually(async () =>
    expect(await statusOf("ping")).toMatchObject({ record: { active: { frequencyMs: 90_000 }, problems: [] } }),
  );

  await rm(join(world.directory, "ping.ocelli-plugin"));
  await eventually(async () => await expect(statusOf("ping")).rejects.toMatchObject({ code: "not_found" }));
  await eventually(() =>
    expect(world.eventsOf({ plugin: "ping" })).toEqual([
      "plugin.loaded",
      "plugin.ready",
      "plugin.refused",
      "plugin.changed",
      "plugin.refused",
      "plugin.changed",
      "plugin.ready",
      "plugin.removed",
    ]),
  );
});

test("a renamed file keeps its plugin running, and a directory made later is read", async () => {
  await world.write("http.ocelli-plugin", pluginText("http"));
  await eventually(async () => expect(await revisionOf("http")).not.toBe(""));
  await accept("http");
  await eventually(async () => expect(await statusOf("http")).toMatchObject({ state: PluginState.READY }));
  await rename(join(world.directory, "http.ocelli-plugin"), join(world.directory, "web.panoptes-plugin"));
  await eventually(async () =>
    expect(await statusOf("http")).toMatchObject({
      record: { active: { file: join(world.directory, "web.panoptes-plugin") } },
    }),
  );
  await eventually(() => expect(world.eventsOf({ plugin: "http" })).toEqual(["plugin.loaded", "plugin.ready"]));

  await mkdir(join(world.directory, "later", "deep"), { recursive: true });
  await writeFile(join(world.directory, "later", "deep", "timer.ocelli-plugin"), pluginText("timer"));
  await eventually(async () => expect(await statusOf("timer")).toMatchObject({ state: PluginState.WAITING }));
});

test("a file that is all wrong is a plugin of its own, with every problem", async () => {
  await world.write("wild.ocelli-plugin", "[Core]\nName = wild\n[main]\nresource_filter = resource_clas = 7\n");
  await eventually(async () => expect(await statusOf("wild")).toMatchObject({ state: PluginState.REFUSED }));
  const problems = (await statusOf("wild"))?.record?.problems.map(({ message }) => message).join("\n") ?? "";
  for (const word of ["Module", "Documentation", "execute_frequency", "resource_clas"])
    expect(problems).toContain(word);
  await expect(statusOf("wid")).rejects.toThrow('did you mean "wild"?');
});

test("a restart changes nothing and tells nothing", async () => {
  const before = (await running.registry.listPlugins({})).plugins;
  await running.stop();
  await eventually(() => expect(world.eventsOf({ plugin: "wild" })).toEqual(["plugin.refused"]));
  const told = world.events.length;
  running = await world.start();
  expect((await running.registry.listPlugins({})).plugins).toEqual(before);
  await world.write("late.ocelli-plugin", pluginText("late"));
  await eventually(async () => expect(await statusOf("late")).toMatchObject({ state: PluginState.WAITING }));
  const since = () => world.events.slice(told).map((event) => `${event.type} ${event.plugin}`);
  await eventually(() => expect(since()).toEqual(["plugin.loaded late"]));
});

test("files that changed while no registry ran are followed at the next start", async () => {
  await running.stop();
  await rm(join(world.directory, "late.ocelli-plugin"));
  await world.write("wild.ocelli-plugin", pluginText("wild"));
  running = await world.start();
  await eventually(async () =>
    expect(await statusOf("wild")).toMatchObject({ state: PluginState.WAITING, record: { problems: [] } }),
  );
  await expect(statusOf("late")).rejects.toMatchObject({ code: "not_found" });
});

test("a watcher gets the whole, then each change, then the end of a plugin", async () => {
  const stop = new AbortController();
  const seen: string[] = [];
  const watching = (async () => {
    for await (const { type, plugin } of running.registry.watchPlugins({}, { signal: stop.signal })) {
      seen.push(`${ChangeType[type]} ${plugin?.record?.name ?? ""} ${PluginState[plugin?.state ?? 0]}`);
    }
  })().catch(() => undefined);
  await eventually(() => expect(seen).toContain("CAUGHT_UP  UNSPECIFIED"));
  const whole = seen.splice(0).filter((step) => step.startsWith("PUT"));
  expect(whole).toHaveLength((await running.registry.listPlugins({})).plugins.length);
  await world.bus.pauses.put("http", { plugin: "http", sinceAtMs: 1, reason: "" });
  await eventually(() => expect(seen).toEqual(["PUT http PAUSED"]));
  await rm(join(world.directory, "web.panoptes-plugin"));
  await eventually(() => expect(seen).toContain("DELETE http UNSPECIFIED"));
  stop.abort();
  await watching;
});

test("a second registry answers the same without leading, and takes over when the first stops", async () => {
  const second = await world.start({ id: "second" });
  expect((await second.registry.listPlugins({})).plugins).toEqual((await running.registry.listPlugins({})).plugins);
  await eventually(async () => {
    const { services } = await second.registry.listServices({});
    expect(services.map(({ id, leader }) => [id === "second", leader])).toEqual(
      expect.arrayContaining([
        [true, false],
        [false, true],
      ]),
    );
  });
  await running.stop();
  await world.write("after.ocelli-plugin", pluginText("after"));
  await eventually(async () =>
    expect((await second.registry.getPlugin({ name: "after" })).plugin?.state).toBe(PluginState.WAITING),
  );
  running = second;
});
