import type { Result } from "@ocelli/model";
import { expect, test } from "vitest";
import { aResource, aResult } from "../testing/builders.js";
import type { DiscoveryAnswer } from "./discovery-parts.js";
import type { FinishedRun } from "./fences.js";
import { Intake } from "./intake.js";
import type { EventDraft } from "./ports.js";

function setUp(finished?: FinishedRun) {
  const answers: DiscoveryAnswer[] = [];
  const enriched: number[] = [];
  const told: EventDraft[] = [];
  const world = { nowMs: 0, failing: false, asked: 0 };
  const intake = new Intake({
    applyDiscovery: async (answer) => {
      if (world.failing) throw new Error("the broker does not answer");
      answers.push(answer);
    },
    applyEnrichment: async (result) => void enriched.push(result.fence),
    finishedRun: async () => {
      world.asked += 1;
      return finished;
    },
    partitions: 8,
    tell: (event) => told.push(event),
    monotonicMs: () => world.nowMs,
  });
  const take = async (result: Result, again = false) => intake.take(result, again);
  return { intake, take, answers, enriched, told, world };
}

function part(index: number, of: number, fence = 1): Result {
  const last = index === of - 1;
  const summary = last ? { complete: true, resources: of, scopes: [] } : undefined;
  return aResult({ fence, part: index, last, discovery: { resources: [aResource(`d${index}`)], summary } });
}

const enrichment = (fence: number): Result => aResult({ kind: "enrichment", fence, resource: aResource("a") });

test("parts are applied as one answer, once the last is in", async () => {
  const { take, answers } = setUp();
  expect([await take(part(0, 3)), await take(part(2, 3)), await take(part(1, 3))]).toEqual(["held", "held", "settled"]);
  expect(answers).toHaveLength(1);
  expect(answers[0]).toMatchObject({ whole: true, summary: { complete: true } });
  expect(answers[0]?.resources.map((resource) => resource.id)).toEqual(["d0", "d1", "d2"]);
});

test("a part that comes again says nothing new", async () => {
  const { take, answers } = setUp();
  await take(part(0, 2));
  await take(part(0, 2), true);
  await take(part(1, 2));
  expect(await take(part(1, 2), true)).toBe("settled");
  expect(answers).toHaveLength(1);
  expect(answers[0]?.resources).toHaveLength(2);
});

test("a newer run drops what an older one left unfinished, and the older is refused from then on", async () => {
  const { intake, take, answers, told } = setUp();
  await take(part(0, 2, 5));
  await take(part(0, 2, 9));
  await take(part(1, 2, 5));
  await take(part(1, 2, 9));
  expect(answers.map((answer) => [answer.fence, answer.whole])).toEqual([[9, true]]);
  expect(told.map((event) => event.type)).toEqual(["run.stale"]);
  expect(intake.stale).toBe(1);
});

test("what could not be applied is applied when its last part comes again", async () => {
  const { take, answers, world } = setUp();
  await take(part(0, 2));
  world.failing = true;
  await expect(take(part(1, 2))).rejects.toThrow();
  world.failing = false;
  expect(await take(part(1, 2), true)).toBe("settled");
  expect(answers[0]?.resources).toHaveLength(2);
});

test("a part that never comes makes the answer incomplete, not lost", async () => {
  const { intake, take, answers, world } = setUp();
  await take(part(1, 2));
  world.nowMs = 59_000;
  expect(await intake.giveUpWaiting()).toEqual([]);
  world.nowMs = 61_000;
  expect(await intake.giveUpWaiting()).toMatchObject([{ plugin: "finder", fence: 1 }]);
  expect(answers[0]).toMatchObject({ whole: false });
  expect(await intake.giveUpWaiting()).toEqual([]);
});

test("a run that goes on for long is not given up between two parts", async () => {
  const { intake, take, answers, world } = setUp();
  for (let i = 0; i < 4; i += 1) {
    world.nowMs = i * 600_000;
    await intake.giveUpWaiting();
    await take(part(i, 4));
  }
  expect(answers).toMatchObject([{ whole: true }]);
});

test("an older enrichment does not overwrite a newer one", async () => {
  const { take, enriched, told } = setUp();
  for (const fence of [4, 7, 5, 8]) await take(enrichment(fence));
  expect(enriched).toEqual([4, 7, 8]);
  expect(told.map((event) => event.attributes)).toEqual([{ fence: "5", newest: "7", agent: "a1" }]);
});

test("an older result that the broker delivers again is passed over without a word", async () => {
  const { take, enriched, told } = setUp();
  await take(enrichment(7));
  await take(enrichment(5), true);
  expect([enriched, told]).toEqual([[7], []]);
});

test.for([
  {
    why: "a newer run ended well: its result is in the stream behind this one",
    finished: { fence: 9, succeeded: true },
    want: [],
  },
  { why: "a newer run failed: this is the best there is", finished: { fence: 9, succeeded: false }, want: [4] },
  { why: "this is the newest run", finished: { fence: 4, succeeded: true }, want: [4] },
  { why: "nothing is known of the pair", finished: undefined, want: [4] },
])("the first result after a start: $why", async ({ finished, want }) => {
  const { take, enriched, told } = setUp(finished);
  await take(enrichment(4));
  expect([enriched, told]).toEqual([want, []]);
});

test("the register is read once a pair, and again after somebody else led", async () => {
  const { intake, take, world } = setUp();
  await take(enrichment(1));
  await take(enrichment(2));
  expect(world.asked).toBe(1);
  intake.reset();
  await take(enrichment(3));
  expect(world.asked).toBe(2);
});

test("a device that moved to another partition starts its fences anew", async () => {
  const { take, enriched } = setUp();
  await take(enrichment(500));
  const moved = ["m1", "m2", "m3", "m4"].map((endpoint) => ({
    ...enrichment(3),
    resource: aResource("a", { endpoint }),
  }));
  for (const result of moved) await take(result);
  expect(enriched.length).toBeGreaterThan(1);
});
