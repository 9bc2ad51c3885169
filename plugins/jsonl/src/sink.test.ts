import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SinkContext, SinkRecord, SinkWriter } from "@ocelli/plugin-sdk";
import { afterEach, beforeEach, expect, test } from "vitest";
import { JsonlSettings } from "./settings.js";
import { openJsonl } from "./sink.js";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "ocelli-jsonl-"));
});
afterEach(() => rm(directory, { recursive: true }));

const { signal } = new AbortController();
function open(plugin: string, path: string, ocelli: { directory?: string } = { directory }): Promise<SinkWriter> {
  const log = { info: () => undefined } as unknown as SinkContext["log"];
  return openJsonl(JsonlSettings.parse({ jsonl: { path }, ocelli }), { plugin, log, signal });
}

const discovery: SinkRecord = {
  mesh: "m",
  position: 1,
  result: {
    kind: "discovery",
    plugin: "d",
    resource: undefined,
    fence: 1,
    part: 0,
    last: true,
    agentId: "a",
    slotAtMs: 0,
    startedAtMs: 0,
    finishedAtMs: 0,
    frequencyMs: 1000,
    pluginRevision: "r",
    status: "success",
    fault: undefined,
    groups: [],
    sets: [],
    discovery: undefined,
    onDemand: false,
  },
};

test("a relative path counts from the plugin file's folder, and the line is on the disk when the write is over", async () => {
  const writer = await open("one", "deep/results.jsonl");
  await writer.write([discovery], signal);
  expect(await readFile(join(directory, "deep", "results.jsonl"), "utf8")).toMatch(
    /^\{"mesh":"m","position":1,.*\}\n$/,
  );
  await writer.close?.();
});

test("a second plugin is told at once who has the file, and gets it afterwards", async () => {
  const first = await open("one", "results.jsonl");
  await expect(open("two", "./results.jsonl")).rejects.toThrow(
    `${join(directory, "results.jsonl")} is written by the plugin one; give each plugin a path of its own`,
  );
  await first.close?.();
  const second = await open("two", "results.jsonl");
  await second.close?.();
});

test.for([
  {
    why: "a relative path without the plugin file's folder",
    path: "results.jsonl",
    ocelli: {},
    text: "has to be absolute",
  },
  { why: "a folder that is a file", path: "file/results.jsonl", ocelli: undefined, text: "ENOTDIR|EEXIST" },
  { why: "a file that is a folder", path: ".", ocelli: undefined, text: "EISDIR|ENOTDIR" },
])("$why says why, and leaves nothing locked", async ({ path, ocelli, text }) => {
  await writeFile(join(directory, "file"), "");
  for (let attempt = 0; attempt < 2; attempt += 1) {
    await expect(open("one", path, ocelli)).rejects.toThrow(new RegExp(text));
  }
});
