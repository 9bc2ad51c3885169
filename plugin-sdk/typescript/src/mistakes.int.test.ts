import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Discovery, type EnrichAnswer, Enrichment, Plugin, type PollAnswer, Polling } from "@ocelli/proto/plugin";
import { FaultOrigin, PollStatus } from "@ocelli/proto/resource";
import { createClient } from "@ocelli/rpc";
import { describe, expect, test } from "vitest";
import { type Child, startChild, withToken } from "./testing/child-module.js";
import { all } from "./testing/in-process.js";

const program = fileURLToPath(new URL("../fixtures/mistakes.mjs", import.meta.url));
const lines = readFileSync(program, "utf8").split("\n");

/** As the sentence names the line with this remark. */
function at(remark: string): string {
  const index = lines.findIndex((line) => line.includes(`// line: ${remark}`));
  return `poll of p (fixtures/mistakes.mjs:${remark === "poll" ? index + 2 : index + 1})`;
}

async function poll(child: Child, types: readonly string[], deadlineMs = 10_000): Promise<PollAnswer[]> {
  const items = types.map((type, index) => ({
    item: index + 1,
    run: { plugin: "p", revision: "1", deadlineMs },
    resource: { id: type, type },
  }));
  const answers: PollAnswer[] = [];
  for await (const part of createClient(Polling, child.connection).poll({ items }, withToken)) {
    answers.push(...part.answers.filter(({ more }) => !more));
  }
  return answers.sort((a, b) => a.item - b.item);
}

const mistakes = [
  {
    why: "nan",
    text: `${at("nan")}: metric cpu of group g is NaN, not a finite number: leave out what was not measured`,
  },
  {
    why: "negative",
    text: `${at("negative")}: metric octets_total of group g is a counter and cannot be negative (-7)`,
  },
  { why: "bare", text: `${at("poll")}: metric cpu of group g is a number: write gauge(…) or counter(…)` },
  {
    why: "type",
    text: `${at("poll")}: metric cpu of group g has the unknown type "histogram": write gauge(…) or counter(…)`,
  },
  { why: "throws", text: `${at("deep")}: TypeError: Cannot read properties of undefined (reading '0')` },
  { why: "throwsInNode", text: expect.stringContaining(`${at("json")}: SyntaxError: `) },
  { why: "text", text: `${at("poll")}: poll returned text: return a list of metric groups, empty for none` },
  { why: "nothing", text: `${at("poll")}: poll returned undefined: return a list of metric groups, empty for none` },
  { why: "twice", text: `${at("poll")}: group g{y="2",x="1"} comes twice` },
  { why: "empty", text: `${at("poll")}: group g{} has no metrics` },
  { why: "state", text: `${at("state")}: RangeError: the state is 5002 bytes of JSON; at most 4096 are kept` },
];

describe("an author's mistake", { timeout: 60_000 }, () => {
  test("is one sentence that names its line, and harms no other item of the batch", async () => {
    const child = await startChild(program, { OCELLI_LOG_LEVEL: "debug" });
    await child.configure("1", {});
    const answers = await poll(child, ["good", ...mistakes.map(({ why }) => why), "good"]);
    expect(answers.map(({ fault }) => fault?.message)).toEqual([
      undefined,
      ...mistakes.map(({ text }) => text),
      undefined,
    ]);
    for (const { fault } of answers.slice(1, -1)) {
      expect(fault).toMatchObject({ status: PollStatus.INTERNAL, origin: FaultOrigin.PLUGIN });
      expect(fault?.message).not.toMatch(/\n|plugin-sdk\/typescript\/(dist|src)/);
    }
    expect([answers[0], answers.at(-1)].map((answer) => answer?.groups.length)).toEqual([1, 1]);
  });

  test("leaves the author's own stack in the log at debug, and nobody else's anywhere", async () => {
    const child = await startChild(program, { OCELLI_LOG_LEVEL: "debug" });
    await child.configure("1", {});
    await poll(child, ["throws"]);
    const stack = JSON.parse(await child.logged("run failed: where"));
    expect(stack).toMatchObject({ level: "debug", resource: "throws", plugin: "p" });
    expect(stack.stack).toMatch(/^fixtures\/mistakes\.mjs:\d+ < fixtures\/mistakes\.mjs:\d+/);
    expect(child.stderr.join("\n")).not.toMatch(/plugin-sdk\/typescript\/(dist|src)|node:internal/);
  });

  test("that never ends is stopped, while the others are answered", async () => {
    const child = await startChild(program);
    await child.configure("1", {});
    const [endless, good] = await poll(child, ["endless", "good"], 20_000);
    expect(endless?.fault?.status).toBe(PollStatus.INTERNAL);
    expect(endless?.fault?.message).toMatch(
      /^poll of p \(fixtures\/mistakes\.mjs:\d+\): .* does its generator never end\?$/,
    );
    expect(good?.groups).toHaveLength(1);
    const [slow] = await poll(child, ["endlessSlowly"], 500);
    expect(slow?.fault?.message).toMatch(/^poll of p \(.*\): no end within 500 ms, \d+ values until then$/);
  });

  test("in facts is found before JSON makes null of it", async () => {
    const child = await startChild(program);
    await child.configure("1", {});
    const items = [{ item: 1, run: { plugin: "p", revision: "1" }, resource: { id: "r" } }];
    const answers: EnrichAnswer[] = [];
    for await (const part of createClient(Enrichment, child.connection).enrich({ items }, withToken)) {
      answers.push(...part.answers);
    }
    expect(answers[0]?.fault?.message).toMatch(
      /^enrich of p \(fixtures\/mistakes\.mjs:\d+\): data of enrichment n holds NaN as speed: leave out what is not known$/,
    );
  });

  test("in a discovery costs the resource, not the rest, and not a message each", async () => {
    const child = await startChild(program);
    const discover = (kind: string, deadlineMs: number) =>
      child.configure(kind, { mistakes: { kind } }).then(() => {
        const run = { plugin: "p", revision: kind, deadlineMs };
        return all(createClient(Discovery, child.connection).discover({ run }, withToken));
      });
    const twice = await discover("twice", 10_000);
    const faults = twice.flatMap(({ part }) => (part.case === "partialError" ? [part.value.fault?.message] : []));
    expect(faults).toEqual([
      expect.stringMatching(/^discover of p \(fixtures\/mistakes\.mjs:\d+\): resource "a" comes twice$/),
    ]);
    expect(twice.at(-1)?.part).toMatchObject({
      case: "summary",
      value: { summary: { complete: false, resources: 1 } },
    });
    const endless = await discover("endless", 1_000);
    const refused = endless.filter(({ part }) => part.case === "partialError");
    expect(refused.length).toBeLessThan(25);
    expect(endless.at(-1)?.part).toMatchObject({ case: "summary", value: { summary: { complete: false } } });
    const numbered = await discover("numbered", 1_000);
    expect(numbered.at(-1)?.part).toMatchObject({ case: "summary", value: { summary: { complete: false } } });
  });
});

test("a host that speaks another protocol is told so in one sentence, in the log as well", async () => {
  const child = await startChild(program);
  const request = { protocolMajors: [2, 3], hostVersion: "9.0.0" };
  const answer = await createClient(Plugin, child.connection).handshake(request, withToken);
  expect(answer).toMatchObject({ protocolMajor: 0, protocolMajors: [1] });
  const line = JSON.parse(await child.logged("no common protocol"));
  expect(line.reason).toBe(
    "the host 9.0.0 speaks protocol 2, 3, this module 1 (ocelli-ts/0.1.0): build it with the SDK that came with the host",
  );
});
