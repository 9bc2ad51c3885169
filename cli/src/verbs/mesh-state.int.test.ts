import { PluginState, ReportState } from "@ocelli/proto/registry";
import { PollNowOutcome } from "@ocelli/proto/scheduler";
import { expect, test } from "vitest";
import { answerTable, askedMesh } from "../testing/answer-table.js";
import { pluginStatus } from "../testing/fake-mesh.js";

const asked = askedMesh();
const { mesh, ocelli } = asked;

const problem = { file: "/p/ping.ocelli-plugin", line: 4, message: 'unknown key "excute"' };
const refused = pluginStatus("typo", {
  record: { name: "typo", problems: [problem] },
  state: PluginState.REFUSED,
  reports: [],
});
const failedReport = { agentId: "agent-1", state: ReportState.FAILED, reason: "exited with code 1:\n  | no moon" };
const failed = pluginStatus("crash", { state: PluginState.FAILED, reports: [failedReport] });
const late = { plugin: "ping", resourceId: "sw-1", lateMs: 90_000n, reason: "no_agent", frequencyMs: 60_000 };

answerTable(asked, [
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
]);

test("a plugin is paused with a reason that others see, and goes on", async () => {
  expect((await ocelli(["plugins", "pause", "ping", "--reason", "new firmware"])).code).toBe(0);
  mesh().world.plugins = [pluginStatus("ping", { state: PluginState.PAUSED })];
  expect((await ocelli(["plugins"])).stdout).toContain("ping is paused:\n  new firmware\n");
  expect(JSON.parse((await ocelli(["plugins", "show", "ping", "-o", "json"])).stdout)).toMatchObject({
    state: "paused",
    pause: { reason: "new firmware" },
  });
  expect((await ocelli(["plugins", "resume", "ping"])).code).toBe(0);
  expect(mesh().world.paused.size).toBe(0);
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
