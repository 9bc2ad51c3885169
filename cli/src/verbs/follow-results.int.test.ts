import type { MessageInitShape } from "@bufbuild/protobuf";
import { eventToProto, resultToProto } from "@ocelli/codec";
import type { TailResponseSchema } from "@ocelli/proto/registry";
import { afterEach, beforeEach, expect, test } from "vitest";
import { eventOf, resultOf, timeoutFault } from "../testing/builders.js";
import { type FakeMesh, freshWorld, startFakeMesh } from "../testing/fake-mesh.js";
import { runCli, startCli } from "../testing/run-cli.js";

type TailInit = MessageInitShape<typeof TailResponseSchema>;

let mesh: FakeMesh;

beforeEach(async () => {
  mesh = await startFakeMesh();
});
afterEach(async () => {
  await mesh.stop();
});

const result = (change: Parameters<typeof resultOf>[0]): TailInit => {
  return { entry: { case: "result", value: resultToProto(resultOf(change)) } };
};
const event: TailInit = { entry: { case: "event", value: eventToProto(eventOf()) } };
const load = { name: "load", type: "counter", value: 576460752374207665n } as const;
const group = { name: "cpu", dimensions: [{ name: "no", value: "a b" }], metrics: [load], atMs: 0 };

test("results and events come as lines until there are enough", async () => {
  mesh.world.tails = [[result({ fence: 1, groups: [group] }), event]];
  const args = ["tail", "--plugin", "ping", "--resource", "sw-1", "--since", "90s", "--limit", "2"];
  const ended = await runCli(["--registry", mesh.endpoint, ...args]);
  expect(ended.code).toBe(0);
  const [first, second] = ended.stdout.split("\n");
  expect(first).toMatch(/poll +ping sw-1 +ok 1 metric \(cpu\) {2}240 ms, 10 ms late$/);
  expect(second).toMatch(/plugin\.ready +ping +an agent took its settings$/);
  expect(mesh.world.asked).toEqual([
    { call: "tail", request: { plugin: "ping", resourceId: "sw-1", sinceS: 90, noResults: false, noEvents: false } },
  ]);
});

test("for programs each is a line of JSON, with every digit of a counter", async () => {
  mesh.world.tails = [[result({ fence: 1, groups: [group] })]];
  const ended = await runCli(["--registry", mesh.endpoint, "tail", "--results-only", "--limit", "1", "-o", "jsonl"]);
  expect(ended).toMatchObject({ code: 0, stderr: "" });
  expect(JSON.parse(ended.stdout)).toMatchObject({
    entry: "result",
    status: "success",
    groups: [{ metrics: [{ name: "load", value: "576460752374207665" }] }],
  });
  expect(mesh.world.asked[0]?.request).toMatchObject({ noResults: false, noEvents: true });
});

test("Ctrl-C ends a tail well", async () => {
  const tail = startCli(["--registry", mesh.endpoint, "tail"]);
  await tail.said("following");
  tail.process.kill("SIGINT");
  expect(await tail.ended).toMatchObject({ code: 0, stdout: "" });
});

test("a reader that has seen enough ends a tail well", async () => {
  mesh.world.tails = [[event]];
  const tail = startCli(["--registry", mesh.endpoint, "tail"]);
  await tail.said("plugin.ready");
  tail.process.stdout?.destroy();
  mesh.world.onPollNow = (push) => push({ entry: { case: "event", value: eventToProto(eventOf({ atMs: 2 })) } });
  await runCli(["--registry", mesh.endpoint, "poll", "now", "ping", "sw-1"]);
  expect((await tail.ended).code).toBe(0);
});

test("a registry that restarts is waited for, and what happened meanwhile is told", async () => {
  mesh.world.tails = [[result({ fence: 1 })]];
  const tail = startCli(["--registry", mesh.endpoint, "tail", "--limit", "2"]);
  await tail.said("poll");
  const { endpoint } = mesh;
  await mesh.stop();
  await tail.said("waiting for it");
  const tails = [[result({ fence: 1 }), result({ fence: 2, plugin: "later" })]];
  mesh = await startFakeMesh(endpoint, { ...freshWorld(), tails });
  const ended = await tail.ended;
  expect(ended.code).toBe(0);
  expect(
    ended.stdout
      .trim()
      .split("\n")
      .map((line) => / poll +(\w+)/.exec(line)?.[1]),
  ).toEqual(["ping", "later"]);
  expect(mesh.world.asked[0]?.request).toMatchObject({ sinceS: expect.any(Number) });
});

const slotAtMs = 77;

test("poll now --wait prints the result of its own slot, whole", async () => {
  const part = { fence: 4, slotAtMs, startedAtMs: 100, finishedAtMs: 331, onDemand: true } as const;
  mesh.world.onPollNow = (push) => {
    push(result({ ...part, slotAtMs: 76, fence: 3, groups: [{ ...group, name: "old" }] }));
    push(result({ ...part, last: false, groups: [group] }));
    push(result({ ...part, part: 1, groups: [{ ...group, name: "disk" }] }));
  };
  const ended = await runCli(["--registry", mesh.endpoint, "poll", "now", "ping", "sw-1", "--wait"]);
  expect(ended.stdout).toBe(
    [
      'cpu no="a b"',
      "  load  counter  576460752374207665",
      'disk no="a b"',
      "  load  counter  576460752374207665",
      "",
    ].join("\n"),
  );
  expect(ended.stderr).toContain("success; 2 metrics in 2 groups, took 231 ms on agent-1");
  expect(ended.code).toBe(0);
});

test("poll now --wait ends with 1 where the run failed, and says why", async () => {
  const fault = { status: "timeout", fault: timeoutFault, slotAtMs } as const;
  mesh.world.onPollNow = (push) => push(result(fault));
  const ended = await runCli(["--registry", mesh.endpoint, "poll", "now", "ping", "sw-1", "--wait", "-o", "json"]);
  expect(ended.code).toBe(1);
  expect(JSON.parse(ended.stdout)).toMatchObject({ status: "timeout", statusNumber: 3, fault: { origin: "target" } });
});

test("poll now --wait does not wait for ever", async () => {
  const ended = await runCli([
    "--registry",
    mesh.endpoint,
    "--timeout",
    "300ms",
    "poll",
    "now",
    "ping",
    "sw-1",
    "--wait",
  ]);
  expect(ended).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining("no result within 300 ms") });
});
