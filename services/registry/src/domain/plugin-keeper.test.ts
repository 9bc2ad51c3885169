import type { AgentStatus, PluginRecord } from "@ocelli/model";
import { expect, test } from "vitest";
import { anAgent, aSpec } from "../testing/builders.js";
import { MemoryShelf } from "../testing/memory-shelf.js";
import type { Scan } from "./plugin-files.js";
import { PluginKeeper } from "./plugin-keeper.js";

const spec = aSpec();
const scan: Scan = { files: [{ kind: "good", spec }], unreadable: [] };

function setUp() {
  const plugins = new MemoryShelf<PluginRecord>();
  const world = { agents: [] as AgentStatus[] };
  const told: string[] = [];
  const open = () =>
    new PluginKeeper({
      plugins,
      agents: () => world.agents,
      isPaused: () => false,
      tell: (event) => told.push(event.type),
    });
  return { plugins, world, told, open };
}

test("from file to active, with a restart of the registry at every step, and each step told once", async () => {
  const { plugins, world, told, open } = setUp();
  for (let i = 0; i < 3; i += 1) await open().look(scan);
  expect(plugins.get("ping")?.value).toMatchObject({ active: undefined, candidate: { revision: "r1" } });
  world.agents = [anAgent("a1", { judgedRevision: "r1" })];
  for (let i = 0; i < 3; i += 1) await open().look(scan);
  expect(plugins.get("ping")?.value).toMatchObject({ active: { revision: "r1" }, candidate: undefined });
  for (let i = 0; i < 3; i += 1) await open().look({ files: [], unreadable: [] });
  expect(plugins.all()).toEqual([]);
  expect(told).toEqual(["plugin.loaded", "plugin.ready", "plugin.removed"]);
});

test("a write that somebody else overtook is told by nobody and made good by the next look", async () => {
  const { plugins, told, open } = setUp();
  const keeper = open();
  plugins.interfere = (name) => {
    plugins.set(name, { name, active: undefined, candidate: undefined, problems: [] });
    plugins.interfere = undefined;
  };
  await keeper.look(scan);
  expect(told).toEqual([]);
  await keeper.look(scan);
  expect(plugins.get("ping")?.value.candidate?.revision).toBe("r1");
  expect(told).toEqual(["plugin.loaded"]);
});
