import { PluginState, ReportState } from "@ocelli/proto/registry";
import { PollNowOutcome } from "@ocelli/proto/scheduler";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type FakeMesh, type FakeWorld, freshWorld, pluginStatus, startFakeMesh } from "../testing/fake-mesh.js";
import { type Ended, runCli } from "../testing/run-cli.js";

let mesh: FakeMesh;

beforeAll(async () => {
  mesh = await startFakeMesh();
});
afterAll(async () => {
  await mesh.stop();
});
beforeEach(() => {
  Object.assign(mesh.world, freshWorld());
  mesh.world.asked.length = 0;
});

function ocelli(args: readonly string[], stdin?: string): Promise<Ended> {
  return runCli(["--registry", mesh.endpoint, ...args], stdin === undefined ? {} : { stdin });
}

interface Row {
  readonly why: string;
  readonly args: readonly string[];
  readonly stdin?: string;
  readonly change?: (world: FakeWorld) => void;
  readonly code: number;
  readonly stdout?: RegExp;
  readonly stderr?: RegExp;
}

const problem = { file: "/p/ping.ocelli-plugin", line: 4, message: 'unknown key "excute"' };
const refused = pluginStatus("typo", {
  record: { name: "typo", problems: [problem] },
  state: PluginState.REFUSED,
  reports: [],
});
const failedReport = { agentId: "agent-1", state: ReportState.FAILED, reason: "exited with code 1:\n  | no moon" };
const failed = pluginStatus("crash", { state: PluginState.FAILED, reports: [failedReport] });
const late = { plugin: "ping", resourceId: "sw-1", lateMs: 90_000n, reason: "no_agent", frequencyMs: 60_000 };

test.for<Row>([
  {
    why: "status of a mesh that is well",
    args: ["status"],
    code: 0,
    stdout: /agent-1 .*1 of 100 runs in flight[\s\S]*1 ready[\s\S]*2 of ping: running[\s\S]*all is well/,
  },
  {
    why: "status of one with a refused file",
    args: ["status"],
    change: (world) => world.plugins.push(refused),
    code: 1,
    stdout: /needs attention:\n {2}plugin typo is refused\n {6}\/p\/ping\.ocelli-plugin:4: unknown key "excute"\n$/,
  },
  {
    why: "status of one without agent",
    args: ["status"],
    change: (world) => (world.kinds = ["registry", "scheduler"]),
    code: 1,
    stdout: /no agent is running/,
  },
  {
    why: "status of one with late pairs",
    args: ["status"],
    change: (world) => world.late.push(late),
    code: 1,
    stdout: /1 pair is late\n {6}ping on sw-1 by 1 min 30 s: no agent runs the plugin/,
  },
  {
    why: "plugins, with why where one does not run",
    args: ["plugins"],
    change: (world) => world.plugins.push(failed),
    code: 0,
    stdout: /crash +failed [\s\S]*\ncrash is failed:\n {2}on agent-1 failed: exited with code 1:\n {8}\| no moon\n/,
  },
  {
    why: "no plugins",
    args: ["plugins", "list"],
    change: (world) => (world.plugins = []),
    code: 0,
    stdout: /^$/,
    stderr: /no plugins/,
  },
  {
    why: "one plugin",
    args: ["plugins", "show", "ping"],
    code: 0,
    stdout: /^plugin +ping\nstate +ready\nkind +polling\n/,
  },
  {
    why: "a plugin that is not there",
    args: ["plugins", "show", "pin"],
    code: 1,
    stdout: /^$/,
    stderr: /did you mean "ping"/,
  },
  {
    why: "a verb of plugins that is not there",
    args: ["plugins", "shwo"],
    code: 2,
    stderr: /unknown command 'shwo' of plugins; did you mean show\?/,
  },
  { why: "pausing a plugin that is not there", args: ["plugins", "pause", "pin"], code: 1, stderr: /no plugin "pin"/ },
  {
    why: "a removal that is confirmed",
    args: ["plugins", "confirm-removal", "devices"],
    code: 0,
    stdout: /^sw-8\nsw-9\n$/,
    stderr: /2 resources removed/,
  },
  { why: "resources", args: ["resources"], code: 0, stdout: /^RESOURCE .*\nsw-1 +10\.0\.0\.1 +network +- +devices / },
  {
    why: "resources that match",
    args: ["resources", "match", 'resource_class = "network"'],
    code: 0,
    stdout: /\nsw-1 /,
  },
  {
    why: "resources of which none matches",
    args: ["resources", "match", 'resource_class = "x"'],
    code: 1,
    stdout: /^$/,
    stderr: /no resource matches/,
  },
  {
    why: "a list in which none matches",
    args: ["resources", "list", "--filter", 'resource_class = "x"', "-o", "json"],
    code: 0,
    stdout: /^\[\]\n$/,
  },
  {
    why: "a filter that cannot be read",
    args: ["resources", "match", "resource_clas = 1"],
    code: 2,
    stdout: /^$/,
    stderr: /resource_class[\s\S]*\nresource_clas = 1\n\^/,
  },
  {
    why: "one resource, with its pairs and facts",
    args: ["resources", "show", "sw-1", "--enrichments"],
    code: 0,
    stdout:
      /found by devices[\s\S]*enrichment interface 0\.1 by facts[\s\S]*"name": "Gi0\/1"[\s\S]*ping +sw-1 +1 min +in 12 s/,
  },
  {
    why: "a resource that is not there",
    args: ["resources", "show", "nope"],
    code: 1,
    stdout: /^$/,
    stderr: /no resource "nope"/,
  },
  {
    why: "why a resource is polled",
    args: ["resources", "why", "sw-1"],
    code: 0,
    stdout:
      /\nok +ping {2}polls it every 1 min; next in 12 s\n +filter +yes: the filter is empty\n +last run +48 s ago: success, found 24, took 231 ms on agent-1/,
  },
  {
    why: "why one is not",
    args: ["resources", "why", "sw-1", "--plugin", "ping"],
    change: (world) => {
      const clauses = [
        { text: 'resource_class = "x"', value: "network", holds: false, depth: 1 },
        { text: 'resource_id = "sw-1"', value: "sw-1", holds: true, depth: 1 },
      ];
      world.explanations = [{ plugin: "ping", matches: false, summary: 'no: resource_class is "network"', clauses }];
      world.pairs = [];
    },
    code: 1,
    stdout:
      /\nno +ping {2}is not meant for it.*\n +filter +no: resource_class is "network"\n +fails {2}resource_class = "x" {2}on "network"\n +holds {2}resource_id = "sw-1" {2}on "sw-1"/,
  },
  {
    why: "why one that nobody knows is not, with those like it",
    args: ["resources", "why", "sw"],
    code: 1,
    stdout: /^$/,
    stderr: /no resource "sw"; did you mean "sw-1"\?/,
  },
  {
    why: "a resource that is put",
    args: ["resources", "put", "-"],
    stdin: '{"id":"new"}',
    code: 0,
    stdout: /^$/,
    stderr: /1 resource put/,
  },
  {
    why: "a resource with an unknown key",
    args: ["resources", "put", '{"id":"new","endpiont":"x"}'],
    code: 2,
    stderr: /did you mean "endpoint"/,
  },
  {
    why: "a resource that is deleted",
    args: ["resources", "delete", "sw-1"],
    code: 0,
    stderr: /sw-1 is deleted; devices will bring it back/,
  },
  {
    why: "one that is not there to be deleted",
    args: ["resources", "delete", "nope"],
    code: 1,
    stderr: /no resource "nope"/,
  },
  { why: "what is due", args: ["due"], code: 0, stdout: /\nping +sw-1 +1 min +in 12 s/ },
  { why: "what is late, when nothing is", args: ["late"], code: 0, stdout: /^$/, stderr: /nothing is late/ },
  {
    why: "what is late",
    args: ["late"],
    change: (world) => world.late.push(late),
    code: 1,
    stdout: /1 min 30 s .*no agent runs the plugin/,
  },
  {
    why: "late in JSON",
    args: ["late", "-o", "json"],
    change: (world) => world.late.push(late),
    code: 1,
    stdout: /^\[\{"plugin":"ping",.*"lateMs":90000/,
  },
  {
    why: "agents",
    args: ["agents"],
    code: 0,
    stdout: /\nagent-1 +127\.0\.0\.1:\d+ +0\.1\.0 +1 min +1\/100 +1\/1 +works\n/,
  },
  {
    why: "no agents",
    args: ["agents"],
    change: (world) => (world.kinds = ["registry"]),
    code: 1,
    stdout: /^$/,
    stderr: /no agent is running/,
  },
  { why: "what runs and ran", args: ["agents", "runs", "agent-1"], code: 0, stdout: /\nslow .*runs\nping .*success\n/ },
  {
    why: "runs of an agent that is not there",
    args: ["agents", "runs", "agent-9"],
    code: 1,
    stderr: /no agent agent-9/,
  },
  { why: "a drain", args: ["agents", "drain", "agent-1"], code: 0, stderr: /is idle/ },
  {
    why: "a drain that was not in time",
    args: ["agents", "drain", "agent-1", "--grace", "1s"],
    change: (world) => (world.left = 3),
    code: 1,
    stderr: /3 runs were still going/,
  },
  {
    why: "a drain of an agent that is not there",
    args: ["agents", "drain", "agent1"],
    code: 1,
    stderr: /did you mean agent-1\?/,
  },
  { why: "a poll that is sent", args: ["poll", "now", "ping", "sw-1"], code: 0, stdout: /^$/, stderr: /sent/ },
  {
    why: "a poll that is refused, with the time left",
    args: ["poll", "now", "ping", "sw-1"],
    change: (world) =>
      (world.pollNow = {
        outcome: PollNowOutcome.TOO_SOON,
        waitMs: 12_000n,
        message: "too soon after the last run: 12 s left",
      }),
    code: 1,
    stdout: /^$/,
    stderr: /^too soon after the last run: 12 s left\n$/,
  },
  {
    why: "a poll that runs already, of a scheduler of few words",
    args: ["poll", "now", "ping", "sw-1"],
    change: (world) => (world.pollNow = { outcome: PollNowOutcome.RUNNING, waitMs: 2_000n }),
    code: 1,
    stderr: /^it runs already; 2 s left\n$/,
  },
  {
    why: "a poll with no scheduler",
    args: ["poll", "now", "ping", "sw-1"],
    change: (world) => (world.kinds = ["registry"]),
    code: 3,
    stderr: /no scheduler is running/,
  },
  {
    why: "a tail that leaves nothing",
    args: ["tail", "--events-only", "--results-only"],
    code: 2,
    stderr: /leave nothing/,
  },
  { why: "an unknown verb", args: ["statsu"], code: 2, stdout: /^$/, stderr: /Did you mean status\?/ },
  { why: "an unknown option", args: ["status", "--outptu", "json"], code: 2, stderr: /Did you mean --output\?/ },
  {
    why: "an unknown format",
    args: ["status", "-o", "yaml"],
    code: 2,
    stderr: /Allowed choices are table, json, jsonl/,
  },
  { why: "no verb", args: [], code: 2, stdout: /^$/, stderr: /Usage: ocelli/ },
  { why: "help", args: ["resources", "--help"], code: 0, stdout: /Usage: ocelli resources/ },
  { why: "a limit that is none", args: ["due", "--limit", "few"], code: 2, stderr: /whole number/ },
  { why: "a span that is none", args: ["status", "--timeout", "soon"], code: 2, stderr: /not a span of time/ },
])("$why: ends with $code", async ({ args, stdin, change, code, stdout, stderr }) => {
  change?.(mesh.world);
  const ended = await ocelli(args, stdin);
  expect(ended).toMatchObject({
    code,
    ...(stdout ? { stdout: expect.stringMatching(stdout) } : {}),
    ...(stderr ? { stderr: expect.stringMatching(stderr) } : {}),
  });
});

test("a plugin is paused with a reason that others see, and goes on", async () => {
  expect((await ocelli(["plugins", "pause", "ping", "--reason", "new firmware"])).code).toBe(0);
  mesh.world.plugins = [pluginStatus("ping", { state: PluginState.PAUSED })];
  expect((await ocelli(["plugins"])).stdout).toContain("ping is paused:\n  new firmware\n");
  expect(JSON.parse((await ocelli(["plugins", "show", "ping", "-o", "json"])).stdout)).toMatchObject({
    state: "paused",
    pause: { reason: "new firmware" },
  });
  expect((await ocelli(["plugins", "resume", "ping"])).code).toBe(0);
  expect(mesh.world.paused.size).toBe(0);
});

test("status in JSON is one value that programs can use", async () => {
  const { stdout } = await ocelli(["status", "-o", "json"]);
  expect(JSON.parse(stdout)).toMatchObject({
    mesh: "m1",
    processes: [{ kind: "registry", leader: true }, { kind: "scheduler" }, { kind: "agent", pid: 7 }],
    agents: [{ id: "agent-1", inFlight: 1, maxInFlight: 100 }],
    missed: [{ plugin: "ping", reason: "running", slots: 2 }],
    attention: [],
  });
});

test("a long list is fetched page by page, up to the limit", async () => {
  const { resources } = mesh.world;
  const [one] = resources.values();
  for (let i = 2; one && i <= 6; i += 1) resources.set(`sw-${i}`, { ...one, id: `sw-${i}` });
  const some = await ocelli(["resources", "list", "--limit", "5", "-o", "jsonl"]);
  expect(
    some.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).resource.id),
  ).toEqual(["sw-1", "sw-2", "sw-3", "sw-4", "sw-5"]);
  expect(some.stderr).toContain("5 of 6 shown");
  const all = await ocelli(["resources", "list", "--limit", "0", "-o", "json"]);
  expect(JSON.parse(all.stdout)).toHaveLength(6);
});

test("what is put can be what was shown", async () => {
  const shown = await ocelli(["resources", "show", "sw-1", "-o", "json"]);
  mesh.world.resources.clear();
  expect((await ocelli(["resources", "put", "-"], shown.stdout)).code).toBe(0);
  expect(mesh.world.resources.get("sw-1")).toMatchObject({ endpoint: "10.0.0.1", class: "network" });
});

test("the registry may come from the environment", async () => {
  const ended = await runCli(["resources"], { env: { OCELLI_REGISTRY: mesh.endpoint } });
  expect(ended).toMatchObject({ code: 0, stdout: expect.stringContaining("sw-1") });
});

test.for([
  {
    why: "nobody listens there",
    args: ["--registry", "127.0.0.1:1"],
    says: /^the registry at 127\.0\.0\.1:1 cannot be reached: nothing listens there; start a mesh with "ocelli up"/,
  },
  {
    why: "its host is not known",
    args: ["--registry", "no-such-host.invalid:7701"],
    says: /^the registry at no-such-host\.invalid:7701 cannot be reached: its host is not known/,
  },
  {
    why: "no mesh was ever started",
    args: ["--data", "/no/such/dir"],
    says: /^no mesh is known in \/no\/such\/dir; start a mesh/,
  },
])("Ocelli cannot be reached: $why", async ({ args, says }) => {
  for (const verb of [["status"], ["plugins"], ["resources"], ["due"], ["agents"], ["tail"], ["poll", "now", "ping"]]) {
    expect(await runCli([...args, ...verb])).toEqual({ code: 3, stdout: "", stderr: expect.stringMatching(says) });
  }
});

test("a registry that is none is said to be none", async () => {
  const ended = await runCli(["--registry", mesh.schedulerAt, "plugins"]);
  expect(ended).toMatchObject({
    code: 3,
    stderr: expect.stringMatching(/it is no registry, or one of another version/),
  });
});

test("an address that is none is wrong use", async () => {
  const ended = await runCli(["--registry", "7701", "plugins"]);
  expect(ended).toMatchObject({ code: 2, stderr: expect.stringContaining('"7701" is no address') });
});
