import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { Kind } from "@ocelli/model";
import { pluginText } from "@ocelli/test-kit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findModule } from "./module-folder.js";

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "ocelli-folder-"));
});
afterAll(() => rm(root, { recursive: true }));

async function folderOf(name: string, plugins: Readonly<Record<string, Kind>>, more: readonly string[] = []) {
  const folder = join(root, name);
  await mkdir(folder);
  for (const [plugin, service] of Object.entries(plugins)) {
    const text = pluginText({ name: plugin, module: ".", service, frequencyS: 60 });
    await writeFile(join(folder, `${plugin}.ocelli-plugin`), text);
  }
  for (const file of more) await writeFile(join(folder, file), "");
  return folder;
}

test.for([
  {
    why: "the only plugin file is taken",
    name: "one",
    plugins: { other: "sink" },
    service: undefined,
    want: "other.ocelli-plugin",
  },
  {
    why: "of several the one that bears the folder's name",
    name: "two",
    plugins: { a: "sink", two: "polling" },
    service: undefined,
    want: "two.ocelli-plugin",
  },
  {
    why: "of several the one for the service that is asked for",
    name: "three",
    plugins: { three: "polling", "three-discovery": "discovery" },
    service: "discovery",
    want: "three-discovery.ocelli-plugin",
  },
  {
    why: "in a folder that was renamed the plain one",
    name: "renamed",
    plugins: { "x-sink": "sink", x: "polling" },
    service: undefined,
    want: "x.ocelli-plugin",
  },
  { why: "without any, the folder itself", name: "none", plugins: {}, service: undefined, want: "none" },
] satisfies { why: string; name: string; plugins: Record<string, Kind>; service: Kind | undefined; want: string }[])(
  "$why",
  async ({ name, plugins, service, want }) => {
    const folder = await folderOf(name, plugins);
    const found = await findModule(folder, service);
    expect({ ...found, path: basename(found.path) }).toEqual({
      path: want,
      fixture: undefined,
      folder,
      moduleFolder: folder,
    });
  },
);

test("a plugin file may name a module elsewhere", async () => {
  const module = await folderOf("module", {});
  const folder = await folderOf("files", {});
  const file = join(folder, "p.ocelli-plugin");
  await writeFile(file, pluginText({ name: "p", module: "../module", frequencyS: 60 }));
  expect(await findModule(file, undefined)).toMatchObject({ folder, moduleFolder: module });
});

test("the resource that lies beside a module file or a plugin file is found too", async () => {
  const folder = await folderOf("fixture", { p: "polling" }, ["fixture.json", "main.mjs"]);
  for (const path of [folder, join(folder, "main.mjs"), join(folder, "p.ocelli-plugin")]) {
    expect((await findModule(path, undefined)).fixture).toBe(join(folder, "fixture.json"));
  }
});
