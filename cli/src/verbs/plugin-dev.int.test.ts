import { mkdir, mkdtemp, readFile, rm, symlink, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { eventToProto, resultToProto } from "@ocelli/codec";
import type { Resource } from "@ocelli/model";
import { PluginState, type TailResponseSchema } from "@ocelli/proto/registry";
import { putFile, putPlugin } from "@ocelli/test-kit";
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { eventOf, resultOf } from "../testing/builders.js";
import { type FakeMesh, pluginStatus, startFakeMesh } from "../testing/fake-mesh.js";
import { type Ended, runCli, startCli } from "../testing/run-cli.js";

// Each test starts the command, and the command a module.
vi.setConfig({ testTimeout: 60_000 });

/** What the fake scheduler says the time is. */
const brokerNowMs = 1_700_000_000_000;
const demo = fileURLToPath(new URL("../../testdata/demo-module.mjs", import.meta.url));
const blocks = fileURLToPath(new URL("../../../core/module-host/testdata/blocks.mjs", import.meta.url));

let mesh: FakeMesh;
let folder: string;

beforeEach(async () => {
  mesh = await startFakeMesh();
  folder = await mkdtemp(join(tmpdir(), "ocelli-dev-"));
});
afterEach(async () => {
  await mesh.stop();
  await rm(folder, { recursive: true, force: true });
});

/** The plugin under development, called `ping` as the one of the mesh. */
const putLocal = (change: object = {}) =>
  putPlugin(folder, { name: "ping", module: demo, service: "polling", frequencyS: 60, timeoutS: 5, ...change });

const dev = (...args: string[]): Promise<Ended> =>
  runCli(["--registry", mesh.endpoint, "plugin", "dev", folder, ...args]);

const anyResource = resultOf().resource as Resource;
type TailInit = MessageInitShape<typeof TailResponseSchema>;
const liveRun = (change: Parameters<typeof resultOf>[0] = {}): TailInit => {
  const resource = { ...anyResource, endpoint: "10.0.0.1", class: "network" };
  const times = { slotAtMs: brokerNowMs - 900, startedAtMs: brokerNowMs - 800, finishedAtMs: brokerNowMs - 100 };
  return { entry: { case: "result", value: resultToProto(resultOf({ resource, ...times, ...change })) } };
};

test("a live run gets one copy, whose findings stand beside its own", async () => {
  await putLocal({ rest: "[demo]\nport = 7" });
  const metrics = [
    { name: "port", type: "gauge", value: 161n },
    { name: "seen_total", type: "counter", value: 2n ** 60n - 5n },
    { name: "gone", type: "gauge", value: 0 },
  ] as const;
  const dimensions = [
    { name: "resource", value: "sw-1" },
    { name: "facts", value: "null" },
  ];
  const groups = [{ name: "demo", dimensions, metrics, atMs: 0 }];
  mesh.world.tails = [[liveRun({ groups }), liveRun({ groups })]];
  const { code, stdout, stderr } = await dev("-o", "json", "--runs", "1");
  const [comparison, summary] = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(comparison, stderr).toMatchObject({
    entry: "comparison",
    resource: "sw-1",
    verdict: "differs",
    live: { status: "success", fault: null, tookMs: 700, agentId: "agent-1" },
    shadow: { status: "success", fault: null },
    compared: 4,
    grown: [{ change: 5, subject: "demo facts=null resource=sw-1 seen_total" }],
    differences: [
      { kind: "gauge", live: 161, shadow: 7, change: -154 },
      { kind: "only_live", live: 0 },
      { kind: "only_shadow", shadow: 0 },
    ],
  });
  expect(summary).toMatchObject({ entry: "summary", plugin: "ping", runs: 1, differs: 1 });
  expect(stderr).toContain("nothing it finds is published");
  expect(stderr).toMatch(/the next live run is due in .* on sw-1/);
  expect(code).toBe(1);
});

test("what the copy does not answer in time ends its module, and is said beside the live run", async () => {
  await putLocal({ module: blocks, timeoutS: 1 });
  mesh.world.tails = [[liveRun()]];
  const { code, stdout } = await dev("--runs", "1");
  expect(stdout).toContain("live success, shadow timeout");
  expect(stdout).toMatch(/shadow: no answer 1\.\d s after it was asked; the module was ended/);
  expect(code).toBe(1);
});

const otherResource = { ...anyResource, id: "sw-2" };

test("a live run that is long over gets no copy, with the reason", async () => {
  await putLocal();
  const startedAtMs = brokerNowMs - 56_000;
  mesh.world.tails = [
    [
      liveRun({ startedAtMs, slotAtMs: startedAtMs, finishedAtMs: startedAtMs + 10 }),
      liveRun({ resource: otherResource }),
    ],
  ];
  const { stdout } = await dev("--runs", "1");
  expect(stdout).toMatch(/skipped .*until the next live run may start; it needs 5 s/);
});

test("a plugin that leaves the mesh ends its shadow", async () => {
  await putLocal();
  mesh.world.tails = [
    [
      {
        entry: { case: "event", value: eventToProto(eventOf({ type: "plugin.removed", message: "its file is gone" })) },
      },
    ],
  ];
  expect(await dev()).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("ping is not in the mesh any more: its file is gone"),
  });
});

/** A plugin file in `plugins`, its module in a folder beside. */
async function putApart(main: string): Promise<string> {
  const path = join(folder, "module", main);
  for (const needed of [join(folder, "plugins"), dirname(path)]) await mkdir(needed, { recursive: true });
  await putFile(path, await readFile(demo, "utf8"));
  await symlink(fileURLToPath(new URL("../../../node_modules", import.meta.url)), join(folder, "node_modules"));
  await putPlugin(join(folder, "plugins"), { name: "ping", module: "../module", service: "polling", frequencyS: 60 });
  return path;
}

test("with --watch it follows the module, wherever the plugin file says it is", async () => {
  const path = await putApart("main.mjs");
  const watching = startCli(["--registry", mesh.endpoint, "plugin", "dev", join(folder, "plugins"), "--watch"]);
  onTestFinished(() => void watching.process.kill("SIGKILL"));
  await watching.said("is a shadow of ping");
  await putFile(path, "oops(");
  await watching.said("changed: ../module/main.mjs");
  watching.process.kill("SIGINT");
  expect(await watching.ended).toMatchObject({ code: 0 });
});

test("a source that is newer than its build is said, wherever the module is", async () => {
  const built = await putApart("dist/main.mjs");
  await utimes(built, 100, 100);
  await putFile(join(folder, "module/package.json"), '{ "main": "dist/main.mjs", "scripts": { "build": "tsc" } }');
  await putFile(join(folder, "module/main.ts"), "");
  mesh.world.plugins = [];
  const { stderr } = await runCli(["--registry", mesh.endpoint, "plugin", "dev", join(folder, "plugins")]);
  expect(stderr).toMatch(/^main\.ts is newer than what is built: run npm run --silent build\nthe mesh has no plugin/);
});

test("with --for it does not wait for an agent for ever", async () => {
  await putLocal();
  mesh.world.plugins = [pluginStatus("ping", { record: { name: "ping" }, state: PluginState.WAITING, reports: [] })];
  expect(await dev("--for", "1s")).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/the shadow waits for that\nno agent has accepted the file of ping within 1 s; see/),
  });
});

test.for([
  {
    why: "a plugin that the mesh does not have",
    local: { name: "pong" },
    code: 1,
    says: [
      'the mesh has no plugin "pong"',
      "did you mean --plugin ping?",
      "put its file into the mesh first",
      "ocelli plugin run",
    ],
  },
  {
    why: "a sink",
    live: { reports: [{ service: "sink" }], record: { name: "ping", active: { name: "ping" } } },
    code: 2,
    says: ["ping is a sink", "write everything twice"],
  },
  {
    why: "a plugin whose file is refused",
    live: { record: { name: "ping" }, state: PluginState.REFUSED },
    code: 1,
    says: ["ping does not run: it is refused", "ocelli plugins show ping"],
  },
  {
    why: "a plugin that does something else",
    local: { service: "discovery" },
    code: 2,
    says: ["ping polls in the mesh, and demo 1.2.3 discovers"],
  },
  {
    why: "settings that its module refuses",
    local: { rest: "[demo]\nport = 0" },
    code: 2,
    says: ["ping.ocelli-plugin:", "port"],
  },
  {
    why: "a resource that the mesh does not have",
    args: ["--resource", "sw-9"],
    code: 1,
    says: ['there is no resource "sw-9"'],
  },
  { why: "a sample that is none", args: ["--sample", "some"], code: 2, says: ["write 10%, 1/20, or 25"] },
] as const)("it refuses $why", async ({ code, says, ...one }) => {
  await putLocal("local" in one ? one.local : {});
  if ("live" in one) mesh.world.plugins = [pluginStatus("ping", one.live as never)];
  const ended = await dev(...("args" in one ? one.args : []));
  for (const sentence of says) expect(ended.stderr).toContain(sentence);
  expect(ended).toMatchObject({ code, stdout: "" });
});

test("without a mesh it says how to start one, and ends with 3", async () => {
  await putLocal();
  const ended = await runCli(["--data", join(folder, "none"), "plugin", "dev", folder]);
  expect(ended).toMatchObject({ code: 3, stderr: expect.stringContaining('start a mesh with "ocelli up"') });
});

test("a module without a plugin file needs the name of its live plugin", async () => {
  await putFile(join(folder, "main.mjs"), "");
  expect(await dev()).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("say with --plugin whose shadow it is"),
  });
});
