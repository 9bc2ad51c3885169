import { expect, test } from "vitest";
import { knownValue } from "../device/protocol.js";
import type { Accepted, Facts, Hit, Stored } from "./facts.js";
import { judge } from "./judge.js";

/** One pair, every 2 s, with its first slot at 10 s: ten slots, each run 20 ms late for 40 ms. */
const pair = { plugin: "poll", device: "d1", frequencyMs: 2_000, phaseMs: 0 };
const slots = Array.from({ length: 10 }, (_, i) => 10_000 + i * 2_000);

function hitOf(slotAtMs: number, change: Partial<Hit> = {}): Hit {
  const beginAtMs = change.beginAtMs ?? slotAtMs + 20;
  return { ...pair, fence: slotAtMs / 1000, slotAtMs, beginAtMs, endAtMs: beginAtMs + 40, answered: true, ...change };
}

function storedOf(slotAtMs: number, change: Partial<Stored> = {}): Stored {
  return {
    ...{ plugin: "poll", device: "d1", fence: slotAtMs / 1000, slotAtMs, part: 0, startedAtMs: slotAtMs + 5 },
    ...{ status: "success", onDemand: false, value: knownValue("d1", slotAtMs) },
    ...change,
  };
}

const clean: Facts = {
  pairs: [pair],
  window: { fromAtMs: 10_000, toAtMs: 30_000 },
  faultsEndAtMs: undefined,
  onTimeMs: 500,
  blurMs: 300,
  hits: slots.map((slot) => hitOf(slot)),
  accepted: slots.map((slot): Accepted => storedOf(slot)),
  claimedAtMs: new Map(slots.map((slot) => [`poll d1 ${slot / 1000}`, slot + 5])),
  stored: new Map([["store", slots.map((slot) => storedOf(slot))]]),
  missed: [],
};

/** The clean run with one hit in another's place, or beside it. */
const withHit = (hit: Hit, instead?: number): Partial<Facts> => ({
  hits: [...clean.hits.filter(({ slotAtMs }) => slotAtMs !== instead), hit],
});
const withStored = (results: readonly Stored[]): Partial<Facts> => ({ stored: new Map([["store", results]]) });
const all = clean.stored.get("store") ?? [];
const but = (slot: number): Stored[] => all.filter(({ slotAtMs }) => slotAtMs !== slot);

test.for<{ why: string; change: Partial<Facts>; want: object }>([
  {
    why: "a run without a fault is clean",
    change: {},
    want: { D: 0, G: 0, L: 0, U: 0, M: 0, R: 0, silent: 0, wrong: 0, stale: 0, due: 10, ran: 10, kept: 10 },
  },
  {
    why: "a hit during another one is an overlap, and too close as well",
    change: withHit(hitOf(14_000, { fence: 99, beginAtMs: 14_050 })),
    want: { D: 1, G: 1 },
  },
  {
    why: "one long hit under two others overlaps twice",
    change: withHit(hitOf(14_000, { endAtMs: 18_030 }), 14_000),
    want: { D: 2, G: 0 },
  },
  {
    why: "a hit right behind another one is too close and no overlap",
    change: withHit(hitOf(14_000, { fence: 99, beginAtMs: 14_400 })),
    want: { D: 0, G: 1 },
  },
  {
    why: "a hit that was long on its way makes the next one close; their claims are apart, and nobody was hammered",
    change: withHit(hitOf(14_000, { beginAtMs: 15_500 }), 14_000),
    want: { G: 0, delayed: 1 },
  },
  {
    why: "without its claim a close hit is judged by its arrival",
    change: { ...withHit(hitOf(14_000, { beginAtMs: 15_500 }), 14_000), claimedAtMs: new Map() },
    want: { G: 1, delayed: 0 },
  },
  {
    why: "a gap that is shorter by the skew and the blur is what the promise allows",
    change: withHit(hitOf(14_000, { beginAtMs: 14_410 }), 14_000),
    want: { G: 0, delayed: 0 },
  },
  {
    why: "a result that the mesh says it has and the sink does not is lost, and its slot is silent",
    change: withStored(but(16_000)),
    want: { L: 1, U: 0, kept: 9, silent: 1 },
  },
  {
    why: "a slot that is counted as missed is not silent",
    change: {
      ...withStored(but(16_000)),
      accepted: clean.accepted.filter(({ slotAtMs }) => slotAtMs !== 16_000),
      missed: [{ plugin: "poll", reason: "agent_lost", slots: 1 }],
    },
    want: { L: 0, M: 1, missed: { agent_lost: 1 }, silent: 0, overcounted: 0 },
  },
  {
    why: "a slot that is counted as missed and stored all the same is counted once too often",
    change: { missed: [{ plugin: "poll", reason: "running", slots: 1 }] },
    want: { M: 1, overcounted: 1, silent: 0 },
  },
  {
    why: "what other plugins miss is not counted",
    change: { missed: [{ plugin: "list", reason: "running", slots: 5 }] },
    want: { M: 0, overcounted: 0 },
  },
  {
    why: "the same run stored again is stored twice",
    change: withStored([...all, storedOf(16_000)]),
    want: { U: 1 },
  },
  {
    why: "a slot stored under two fences is stored twice, and the older fence that comes last is stale",
    change: withStored([...all, storedOf(16_000, { fence: 15 })]),
    want: { U: 1, stale: 1 },
  },
  {
    why: "a run on demand beside its slot is no second one",
    change: withStored([...all, storedOf(28_000, { fence: 99, onDemand: true })]),
    want: { U: 0 },
  },
  {
    why: "two parts of one run are no repetition",
    change: withStored([...but(28_000), storedOf(28_000), storedOf(28_000, { part: 1 })]),
    want: { U: 0 },
  },
  {
    why: "a value that is another slot's is wrong",
    change: withStored([...but(16_000), storedOf(16_000, { value: knownValue("d1", 18_000) })]),
    want: { wrong: 1 },
  },
  {
    why: "a fault without a value is not wrong",
    change: withStored([...but(16_000), storedOf(16_000, { status: "timeout", value: undefined })]),
    want: { wrong: 0 },
  },
])("$why", ({ change, want }) => {
  expect(judge({ ...clean, ...change })).toMatchObject(want);
});

test("how late slots are is the time from the slot to the device", () => {
  const { latenessP50Ms, latenessP99Ms } = judge({
    ...clean,
    ...withHit(hitOf(14_000, { beginAtMs: 14_400 }), 14_000),
  });
  expect([latenessP50Ms, latenessP99Ms]).toEqual([20, 400]);
});
