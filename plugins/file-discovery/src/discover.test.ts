import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DiscoverContext, PollFault } from "@ocelli/plugin-sdk";
import { afterAll, beforeAll, expect, test } from "vitest";
import { discover } from "./discover.js";
import { FileDiscoverySettings } from "./settings.js";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "ocelli-file-discovery-"));
  await writeFile(join(directory, "devices.json"), '[{"id": "sw1"},\n{"endpoint": "no id"}]');
  await writeFile(join(directory, "more.csv"), "id,rack\nsw2,4\n");
  await writeFile(join(directory, "targets.json"), '[{"targets": ["a:1"], "labels": {"region": "eu"}}]');
});
afterAll(() => rm(directory, { recursive: true }));

interface Outcome {
  readonly ids: string[];
  readonly partial: [where: string, fault: PollFault][];
}

async function run(settings: Record<string, unknown>): Promise<Outcome> {
  const partial: Outcome["partial"] = [];
  const ctx = {
    settings: FileDiscoverySettings.parse({ ocelli: { directory }, ...settings }),
    signal: new AbortController().signal,
    partial: (scope: string, fault: PollFault) => void partial.push([scope, fault]),
  } as unknown as DiscoverContext<FileDiscoverySettings>;
  const ids: string[] = [];
  for await (const resource of discover(ctx)) ids.push(`${resource.id}@${resource.site}`);
  return { ids, partial };
}

test("several files are one answer; what is bad in one makes it incomplete and names its line", async () => {
  const { ids, partial } = await run({ source: { path: ["*.json", "more.csv"] }, map: { site: ["region"] } });
  expect(ids).toEqual(["sw1@", "a:1@eu", "sw2@"]);
  expect(partial).toMatchObject([[join(directory, "devices.json:2"), { status: "internal", message: "it has no id" }]]);
});

test("a file named twice is read once", async () => {
  expect(await run({ source: { path: ["more.csv", "*.csv"] } })).toEqual({ ids: ["sw2@"], partial: [] });
});

test("nothing readable is a failure, not an empty answer", async () => {
  await expect(run({ source: { path: ["gone.json"] } })).rejects.toMatchObject({
    status: "internal",
    message: `${join(directory, "gone.json")}: there is no such file`,
  });
});

test("a relative path without the plugin file's folder is a failure, whatever folder the process runs in", async () => {
  await expect(run({ source: { path: ["devices.json"] }, ocelli: {} })).rejects.toThrow("has to be absolute");
});

test.for([
  { why: "neither path nor url", source: {}, message: "path or url is needed" },
  { why: "a url that is none", source: { url: "ftp://x/" }, message: "Invalid URL" },
  {
    why: "two kinds of credentials",
    source: { url: "http://x/", bearer_token: "a", authorization: "b" },
    message: "exclude each other",
  },
  { why: "an unknown key", source: { path: ["a"], pth: "b" }, message: "Unrecognized key" },
])("settings with $why are refused", ({ source, message }) => {
  const parsed = FileDiscoverySettings.safeParse({ source });
  expect(parsed.error?.message).toContain(message);
});
