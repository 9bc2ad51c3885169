import { spawn } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { eventually, putFile, putPlugin } from "@ocelli/test-kit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type HttpDevice, startHttpDevice } from "./world/http-device.js";
import { type MeshProcess, startMesh } from "./world/mesh-process.js";
import { cliMain, root } from "./world/paths.js";
import { familyOf, type ProcessInfo, stillThere } from "./world/processes.js";
import type { Ended } from "./world/run.js";
import { temporaryDirectory } from "./world/temporary-directory.js";

/** A live poller and its shadow against two devices, one of them with three resources. What counts is the devices' own log. */
const frequencyS = 6;
const timeoutS = 1;

let alone: HttpDevice;
let shared: HttpDevice;
let mesh: MeshProcess;
let local: string;

beforeAll(async () => {
  alone = await startHttpDevice(400);
  shared = await startHttpDevice(400);
  const data = await temporaryDirectory();
  const plugins = join(data, "my-plugins");
  local = join(data, "local");
  await mkdir(plugins, { recursive: true });
  await mkdir(local, { recursive: true });
  const list = join(data, "resources.json");
  // Their places in the interval are 4, 354 and 3656 ms: what follows the first run at once meets the second.
  const resources = ["shared-9", "shared-34", "shared-14"].map((id) => ({
    id,
    class: "test",
    endpoint: shared.endpoint,
  }));
  await putFile(list, JSON.stringify([{ id: "alone", class: "test", endpoint: alone.endpoint }, ...resources]));
  await putPlugin(plugins, {
    name: "list-discovery",
    module: root("plugins/file-discovery"),
    frequencyS: 60,
    rest: `[source]\npath = ${list}`,
  });
  await putPlugin(plugins, {
    name: "results-file",
    module: root("plugins/jsonl"),
    frequencyS: 60,
    rest: `[jsonl]\npath = ${join(data, "results", "results.jsonl")}`,
  });
  await putPlugin(plugins, webPlugin("live"));
  await putPlugin(local, webPlugin("shadow"));
  mesh = await startMesh({ data, args: ["--plugins", plugins] });
  await mesh.up();
}, 120_000);
afterAll(async () => {
  await mesh?.stop();
  for (const device of [alone, shared]) device?.stop();
});

/** The same poller on both sides: each says who it is. */
const webPlugin = (poller: string) => ({
  name: "web",
  module: root("plugins/http"),
  ...{ frequencyS, timeoutS },
  filter: 'resource_class = "test"',
  rest: `[http]\npath = /${poller}\n[headers]\nx-poller = ${poller}`,
});

interface Shadow {
  readonly pid: number;
  readonly ended: Promise<Ended>;
  said(): string;
  interrupt(): void;
}

function startShadow(...args: string[]): Shadow {
  const child = spawn(process.execPath, [cliMain, "--data", mesh.data, "plugin", "dev", local, ...args]);
  const text = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => (text.stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (text.stderr += chunk.toString()));
  return {
    pid: child.pid ?? 0,
    ended: new Promise((resolve) => child.once("close", (code) => resolve({ code, ...text }))),
    said: () => text.stdout + text.stderr,
    interrupt: () => void child.kill("SIGINT"),
  };
}

const of = (device: HttpDevice, who: string) => device.visits.filter(({ poller }) => poller === who);

/** Copies that were on at a device while another run was. */
function meetings(device: HttpDevice): string[] {
  return of(device, "shadow").flatMap((copy) =>
    device.visits
      .filter((other) => other !== copy && other.beganAtMs < copy.endedAtMs && other.endedAtMs > copy.beganAtMs)
      .map(({ poller, beganAtMs }) => `a copy at ${copy.beganAtMs} and ${poller} at ${beganAtMs}`),
  );
}

interface Line {
  readonly entry: string;
  readonly resource: string | null;
  readonly slotAtMs: number;
  readonly differences?: readonly { readonly subject: string; readonly kind: string }[];
}

test("live runs and copies never meet on a device, each slot has one copy at most, and nobody else hears of them", async () => {
  const ended = await startShadow("-o", "json", "--runs", "12", "--for", "90s").ended;
  const lines = ended.stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Line);
  const compared = lines.filter(({ entry }) => entry === "comparison");
  expect(compared.length, ended.stderr).toBeGreaterThanOrEqual(12);
  expect(lines.at(-1)).toMatchObject({ entry: "summary", runs: compared.length });

  // As the devices saw it.
  expect(of(alone, "shadow").length).toBeGreaterThanOrEqual(3);
  expect(of(shared, "shadow").length).toBeGreaterThanOrEqual(3);
  for (const device of [alone, shared]) expect(meetings(device)).toEqual([]);
  const order = alone.visits.map(({ poller }) => poller[0]).join("");
  expect(order, "two copies for one live run").not.toMatch(/ss/);

  // One copy or none for each slot.
  const slots = compared.map(({ resource, slotAtMs }) => `${resource} ${slotAtMs}`);
  expect(new Set(slots).size).toBe(slots.length);

  // Both asked another path, so everything differs, by the series' names.
  expect(compared.every(({ differences }) => differences?.some(({ kind }) => kind === "only_shadow"))).toBe(true);
  expect(ended.code).toBe(1);

  // The live plugin goes on, and no result is the shadow's.
  const stored = await mesh.results();
  expect(stored.filter(({ plugin }) => plugin === "web").length).toBeGreaterThanOrEqual(compared.length);
  expect(JSON.stringify(stored)).not.toContain("/shadow");
  expect(mesh.stdout).not.toContain("/shadow");
}, 120_000);

test("Ctrl-C ends the module with it, leaves nothing behind, and shows what it came to", async () => {
  const shadow = startShadow("--resource", "alone");
  let family: readonly ProcessInfo[] = [];
  await eventually(async () => {
    expect(shadow.said()).toContain("live 4");
    family = await familyOf(shadow.pid);
    expect(family.length).toBeGreaterThanOrEqual(2);
  }, 60_000);
  const before = of(shared, "shadow").length;
  shadow.interrupt();
  const ended = await shadow.ended;
  expect(ended.code).toBe(0);
  expect(ended.stderr).toMatch(/shadow of web: \d+ runs? compared/);
  expect(ended.stdout).toMatch(/RESOURCE .*\nalone /);
  expect(of(shared, "shadow").length, "only the resource that was asked for").toBe(before);
  await eventually(async () => expect(await stillThere(family)).toEqual([]), 10_000);
}, 90_000);

test("a shadow waits while its live plugin is paused, says so, and does not ask the device", async () => {
  await mesh.ocelli("plugins", "pause", "web", "--reason", "night");
  const shadow = startShadow("--resource", "alone", "--runs", "1");
  try {
    await eventually(() => expect(shadow.said()).toMatch(/web is paused.*\(night\); the shadow waits/), 30_000);
    const before = of(alone, "shadow").length;
    await mesh.ocelli("plugins", "resume", "web");
    const { code } = await shadow.ended;
    expect(code).toBe(1);
    expect(of(alone, "shadow").length).toBe(before + 1);
  } finally {
    shadow.interrupt();
  }
}, 90_000);
