import { resultCodec } from "@ocelli/codec";
import type { EncodedRecord, PluginSpec, PollAnswer } from "@ocelli/model";
import { afterEach, expect, test, vi } from "vitest";
import type { ChildModule } from "../child/child-module.js";
import { judge } from "../judge.js";
import { nodeReferences } from "../settings/node-references.js";
import { gone, launchesLeft, moduleOf, never, startFake, workItem } from "../testing/fake-modules.js";
import { SettingsShelf } from "./settings-shelf.js";

const running: ChildModule[] = [];

afterEach(async () => {
  for (const module of running.splice(0)) {
    await module.kill();
    await gone(module.pid);
  }
  expect(await launchesLeft()).toEqual([]);
});

async function start(name: string, more = {}) {
  const started = await startFake(name, more);
  const module = moduleOf(started.outcome);
  running.push(module);
  return { ...started, module, link: module.link };
}

async function all<T>(answers: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const answer of answers) list.push(answer);
  return list;
}

const brief = ({ item, last, groups, fault }: PollAnswer) => ({
  item,
  last,
  values: groups.flatMap((group) => group.metrics.map((metric) => metric.value)),
  says: fault?.message,
  status: fault?.status,
});

test("every item of a poll gets its answer", async () => {
  const { link } = await start("good.mjs");
  const answers = await all(link.poll([workItem("a"), workItem("b")], {}, never));
  expect(answers.map(brief)).toMatchObject([
    { item: 0, last: true, values: [1], says: undefined },
    { item: 1, last: true, values: [1], says: undefined },
  ]);
});

test("discovery and enrichment bring what was found", async () => {
  const { link } = await start("good.mjs");
  expect(await all(link.discover(workItem("").run, {}, never))).toMatchObject([
    { kind: "resources", resources: [{ id: "a" }, { id: "b" }] },
    { kind: "end", summary: { complete: true, resources: 2 }, fault: undefined },
  ]);
  const [answer] = await all(link.enrich([workItem("a")], {}, never));
  expect(answer).toMatchObject({ item: 0, last: true, sets: [{ namespace: "fake", ttlS: 60 }], fault: undefined });
});

test("wrong answers are refused one by one, each with the reason", async () => {
  const { link, notes } = await start("wrong-answers.mjs");
  const answers = await all(
    link.poll(
      ["a", "b", "c"].map((id) => workItem(id)),
      {},
      never,
    ),
  );
  expect(answers.map(brief)).toEqual([
    {
      item: 0,
      last: true,
      values: [],
      status: "internal",
      says: 'the answer of fake 0.1.0 is refused: group "cpu": the metric load is NaN, which is not a number: leave out what was not measured',
    },
    { item: 1, last: true, values: [2], says: undefined, status: undefined },
    {
      item: 2,
      last: true,
      values: [],
      status: "internal",
      says: "fake 0.1.0 ended its answers without one for this item",
    },
  ]);
  expect(notes.join("\n")).toMatch(/it answered item 99, which it was not asked for/);
  expect(notes.join("\n")).toMatch(/it answered item 2 after its last answer/);
});

test("groups without an end are refused, and the module is told to stop long before its deadline", async () => {
  const { link, lines } = await start("endless.mjs");
  const answers = await all(link.poll([workItem("a", 60_000)], {}, never));
  expect(answers.at(-1)?.fault).toMatchObject({
    status: "internal",
    message: expect.stringMatching(
      /is refused: it brought more than 20000 metric groups: does its generator never end\?$/,
    ),
  });
  await vi.waitFor(() => expect(lines).toContain("stderr: told to stop"), 5_000);
  await link.drain(100, "still there");
});

test("a message of 100 MB is refused, and the module goes on", async () => {
  const { link, notes } = await start("huge-answer.mjs");
  const [answer] = await all(link.poll([workItem("a", 20_000)], {}, never));
  expect(answer && brief(answer)).toMatchObject({
    last: true,
    status: "internal",
    says: expect.stringMatching(
      /fake 0\.1\.0 sent a message of 1\d{8} bytes, and at most 4194304 are taken: it has to split/,
    ),
  });
  expect(notes.join("\n")).toMatch(/it has to split its answers/);
  await link.drain(100, "still there");
});

test("a module that exits while it works is named with its end, and what it answered before counts", async () => {
  const { link, module } = await start("exits-mid-call.mjs");
  const answers = await all(link.poll([workItem("a"), workItem("b")], {}, never));
  expect(answers.map(brief)).toMatchObject([
    { item: 0, values: [0], says: undefined },
    { item: 1, status: "internal", says: expect.stringMatching(/was lost while it worked: .*exited with code 3/) },
  ]);
  expect(answers[1]?.fault).toMatchObject({ scope: "module", retry: "next_slot" });
  expect(await module.ended).toMatch(/exited with code 3; its last lines:\n {2}\| out of ideas/);
});

test.for([
  { why: "a call that is never ended", module: "ignores-cancel.mjs" },
  { why: "a module that hears nothing any more", module: "blocks.mjs" },
])("$why is late at its deadline and counts as stuck two seconds later", async ({ module }) => {
  const { link, stuck } = await start(module);
  const [answer] = await all(link.poll([workItem("a", 300)], {}, never));
  expect(answer && brief(answer)).toMatchObject({ status: "timeout", says: "fake 0.1.0 did not answer within 300 ms" });
  expect(stuck).toEqual([]);
  await vi.waitFor(() => expect(stuck).toEqual(["fake 0.1.0 goes on with a call 2 s after its deadline"]), 5_000);
});

test("a caller that stops waiting at the deadline finds a stuck module out as well", async () => {
  const { link, stuck } = await start("ignores-cancel.mjs");
  const deadline = new AbortController();
  setTimeout(() => deadline.abort(), 320);
  expect(await all(link.poll([workItem("a", 300)], {}, deadline.signal))).toEqual([]);
  await vi.waitFor(() => expect(stuck).toEqual(["fake 0.1.0 goes on with a call 2 s after its deadline"]), 5_000);
});

test("one plugin's huge answer costs the others of its module a single run", async () => {
  const { link } = await start("huge-answer-of-one.mjs");
  const items = [workItem("a", 20_000, "big"), workItem("b", 20_000, "small")];
  const says = async () => {
    const answers = await all(link.poll(items, {}, never));
    return answers.sort((a, b) => a.item - b.item).map((answer) => answer.fault === undefined);
  };
  expect(await says()).toEqual([false, false]);
  expect(await says()).toEqual([false, true]);
});

test("a discovery without summary ends without one", async () => {
  const { link } = await start("ignores-cancel.mjs");
  const parts = await all(link.discover(workItem("", 200).run, {}, never));
  expect(parts).toMatchObject([{ kind: "end", summary: undefined, fault: { status: "timeout" } }]);
});

test("a cancelled call leaves the rest unanswered, and a module that answers nothing after it counts as stuck", async () => {
  const { link, stuck } = await start("blocks.mjs");
  const stop = new AbortController();
  const grant = () => {
    stop.abort();
    return 0;
  };
  const answers = all(link.poll([workItem("a", 60_000)], { grant }, stop.signal));
  expect(await answers).toEqual([]);
  await vi.waitFor(() => expect(stuck).toEqual(["fake 0.1.0 does not answer 2 s after a call was cancelled"]), 5_000);
});

test("a module that lacks its settings is configured once and asked again", async () => {
  const shelf = new SettingsShelf();
  const { link } = await start("forgets-settings.mjs", { shelf });
  const source = { file: "", directory: "", settings: [] };
  const settings = { settingsJson: "{}", maskedJson: "{}", secrets: {} };
  expect(await link.configure({ plugin: "p", revision: "r1" }, settings, source, never)).toEqual([]);
  const [answer] = await all(link.poll([workItem("a")], {}, never));
  expect(answer && brief(answer)).toMatchObject({ values: [1], says: undefined });
});

test("settings that nobody has any more are told as what they are", async () => {
  const { link } = await start("forgets-settings.mjs");
  const [answer] = await all(link.poll([workItem("a")], {}, never));
  expect(answer?.fault).toMatchObject({
    origin: "host",
    retry: "at_once",
    message: expect.stringMatching(/never heard of it/),
  });
});

test("more time is granted by the caller, who may refuse it", async () => {
  const { link } = await start("asks-for-time.mjs");
  const asked: number[] = [];
  const grant = (item: number, extendMs: number) => {
    asked.push(item, extendMs);
    return extendMs;
  };
  const [granted] = await all(link.poll([workItem("a", 200)], { grant }, never));
  expect(granted && brief(granted)).toMatchObject({ values: [7], says: undefined });
  expect(asked).toEqual([0, 5_000]);
  const [refused] = await all(link.poll([workItem("a", 200)], {}, never));
  expect(refused && brief(refused)).toMatchObject({ status: "timeout" });
});

test("a sink stores batches in order, and loses nobody's receipt when it goes", async () => {
  const { link, module } = await start("good.mjs");
  const sink = link.openSink({ plugin: "p", revision: "r1" }, never);
  const record: EncodedRecord = {
    mesh: "m",
    position: 1,
    resultBytes: resultCodec.encode({
      kind: "polling",
      plugin: "p",
      resource: undefined,
      fence: 1,
      part: 0,
      last: true,
      agentId: "a",
      slotAtMs: 0,
      startedAtMs: 0,
      finishedAtMs: 0,
      frequencyMs: 1,
      pluginRevision: "r1",
      status: "success",
      fault: undefined,
      groups: [],
      sets: [],
      discovery: undefined,
      onDemand: false,
    }),
  };
  const receipts = await Promise.all([sink.write([record], 5_000), sink.write([record], 5_000)]);
  expect(receipts).toEqual([1, 2].map(() => ({ fault: undefined, refused: [] })));
  await module.kill();
  expect((await sink.closed).code).toBe("unavailable");
  await expect(sink.write([record], 5_000)).rejects.toThrow(/.+/);
});

const spec: PluginSpec = {
  name: "p",
  revision: "r1",
  file: "/etc/p.ocelli-plugin",
  module: "/m",
  service: "polling",
  frequencyMs: 60_000,
  timeoutMs: 5_000,
  maxInFlight: 1,
  resourceFilter: "",
  preload: [],
  documentation: {},
  settings: [
    {
      name: "fake",
      entries: [
        { key: "token", value: "hunter2", line: 7 },
        { key: "mode", value: "bad", line: 8 },
      ],
    },
  ],
  removalPercent: 0,
};

test("the module's own word on settings comes with file and line, and never sees a secret before it has to", async () => {
  const { link, lines } = await start("good.mjs");
  const references = nodeReferences("/etc", {});
  expect(await judge(link, spec, references, never)).toMatchObject({
    kind: "refused",
    service: "polling",
    problems: [{ file: spec.file, line: 8, message: "[fake] mode: mode cannot be bad: use good" }],
  });
  const [section] = spec.settings;
  const good = { ...spec, settings: [{ name: "fake", entries: section?.entries.slice(0, 1) ?? [] }] };
  const judged = await judge(link, good, references, never);
  if (judged.kind === "refused") throw new Error(JSON.stringify(judged.problems));
  const source = { file: spec.file, directory: "/etc", settings: good.settings };
  expect(await link.configure({ plugin: "p", revision: "r1" }, judged.settings, source, never)).toEqual([]);
  await vi.waitFor(() => expect(lines.join("\n")).toMatch(/"configure".*"secretNames":\["\/fake\/token"\]/));
  expect(lines.join("\n")).not.toMatch(/hunter2/);
});
