import { eventually, pluginText, putFile, putPlugin, removePlugin } from "@ocelli/test-kit";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { MeshProcess, StoredResult } from "./world/mesh-process.js";
import { root } from "./world/paths.js";
import { type SmallMesh, startSmallMesh, timerRest } from "./world/small-mesh.js";

/** Plugin files and resources come, change and go while the mesh runs. */
let small: SmallMesh;
let mesh: MeshProcess;
const odd = "rack 1/öl.switch >*";

beforeAll(async () => {
  small = await startSmallMesh(["a", "b", odd]);
  mesh = small.mesh;
  await eventually(async () => expect(await polled("ticker")).toEqual(new Set(["a", "b", odd])), 60_000);
});
afterAll(() => mesh?.stop());

const runs = async (plugin: string): Promise<StoredResult[]> =>
  (await mesh.results()).filter((one) => one.plugin === plugin && one.kind === "polling");
const polled = async (plugin: string): Promise<Set<string>> =>
  new Set((await runs(plugin)).map(({ resource }) => resource?.id ?? ""));
const positionNow = async (): Promise<number> => Math.max(...(await mesh.results()).map(({ position }) => position));
const after = async (position: number, plugin: string): Promise<StoredResult[]> =>
  (await runs(plugin)).filter((one) => one.position > position);
const pluginLine = async (name: string): Promise<string> => (await mesh.ocelli("plugins", "show", name)).stdout;

test("a resource that is added to the list is polled, one that is taken out is no more", async () => {
  await small.setResources(["a", odd, "new"]);
  await eventually(async () => expect((await polled("ticker")).has("new")).toBe(true), 20_000);
  await eventually(async () => {
    const { stdout } = await mesh.ocelli("-o", "json", "resources", "list");
    expect(stdout).not.toContain('"id":"b"');
  }, 20_000);
  const position = await positionNow();
  await eventually(async () => expect((await after(position, "ticker")).length).toBeGreaterThan(4), 20_000);
  expect((await after(position, "ticker")).map(({ resource }) => resource?.id)).not.toContain("b");
});

test("a plugin file that is added runs within seconds, without a restart of anything", async () => {
  const before = (await mesh.family()).map(({ pid }) => pid);
  await putPlugin(small.plugins, {
    name: "second",
    module: root("plugins/timer"),
    frequencyS: 1,
    filter: 'resource_id = "a"',
    rest: timerRest,
  });
  await eventually(async () => expect((await runs("second")).length).toBeGreaterThan(1), 20_000);
  const now = (await mesh.family()).map(({ pid }) => pid);
  expect(now).toEqual(expect.arrayContaining(before));
});

test("a change of a plugin file holds from then on", async () => {
  await putPlugin(small.plugins, {
    name: "second",
    module: root("plugins/timer"),
    frequencyS: 1,
    filter: 'resource_id = "new"',
    rest: timerRest,
  });
  await eventually(async () => expect((await polled("second")).has("new")).toBe(true), 20_000);
  const position = await positionNow();
  await eventually(async () => expect((await after(position, "second")).length).toBeGreaterThan(1), 20_000);
  expect(new Set((await after(position, "second")).map(({ resource }) => resource?.id))).toEqual(new Set(["new"]));
});

test.for([
  {
    why: "a key that is not known, with the nearest right one",
    text: (good: string) => good.replace("execute_frequency", "execute_frequencey"),
    says: /second\.ocelli-plugin:\d+.*did you mean "?execute_frequency/,
  },
  {
    why: "a setting that its module refuses",
    text: (good: string) => good.replace("message = tick", "message = tick\nwait_tim = 3"),
    says: /second\.ocelli-plugin:\d+.*wait_time/,
  },
])("a broken file is refused whole with file, line and $why, and what ran before goes on", async ({ text, says }) => {
  const good = pluginText({
    name: "second",
    module: root("plugins/timer"),
    frequencyS: 1,
    filter: 'resource_id = "new"',
    rest: timerRest,
  });
  await putFile(`${small.plugins}/second.ocelli-plugin`, text(good));
  await eventually(async () => expect(await pluginLine("second")).toMatch(says), 20_000);
  const position = await positionNow();
  await eventually(async () => expect((await after(position, "second")).length).toBeGreaterThan(1), 20_000);
  await putFile(`${small.plugins}/second.ocelli-plugin`, good);
  await eventually(async () => expect(await pluginLine("second")).not.toMatch(says), 20_000);
});

test("a plugin file that is removed ends its runs", async () => {
  await removePlugin(small.plugins, "second");
  await eventually(async () => expect((await mesh.ocelli("plugins", "show", "second")).code).toBe(1), 20_000);
  const position = await positionNow();
  await eventually(async () => expect((await after(position, "ticker")).length).toBeGreaterThan(6), 20_000);
  expect(await after(position + 3, "second")).toEqual([]);
});
