import { create } from "@bufbuild/protobuf";
import { ExplanationSchema } from "@ocelli/proto/registry";
import { expect, test } from "vitest";
import { pairOf, pluginOf } from "../testing/builders.js";
import type { RunView } from "../views/run-view.js";
import { isWell, meantFirst, type RungFacts, rungOf } from "./rungs.js";

const nowMs = 1_000_000;
const matches = create(ExplanationSchema, { plugin: "ping", matches: true, summary: "yes" });
const fails = create(ExplanationSchema, { plugin: "ping", matches: false, summary: "no" });

function factsOf(change: Partial<RungFacts> = {}): RungFacts {
  return { plugin: pluginOf(), explanation: matches, pair: pairOf(), lastRun: undefined, ...change };
}

const failedRun: RunView = {
  agentId: "agent-1",
  kind: "polling",
  plugin: "ping",
  resourceId: "sw-1",
  running: false,
  status: "timeout",
  message: "no answer",
  found: 0,
  startedAtMs: 952_000,
  tookMs: 5_000,
  slotAtMs: 952_000,
  fence: 3,
};

test.for([
  {
    why: "what runs is ok, and says when next",
    facts: factsOf(),
    verdict: "ok",
    says: "polls it every 1 min; next in 12 s",
  },
  {
    why: "what runs right now says so",
    facts: factsOf({ pair: pairOf({ running: true }) }),
    verdict: "ok",
    says: "polls it every 1 min; runs now",
  },
  {
    why: "a filter that does not match comes first",
    facts: factsOf({ explanation: fails, pair: undefined }),
    verdict: "no",
    says: /filter does not match/,
  },
  {
    why: "a refused file comes before its filter",
    facts: factsOf({ plugin: pluginOf({ state: "refused" }), explanation: fails }),
    verdict: "held",
    says: /its file is refused/,
  },
  {
    why: "a paused plugin holds the pair",
    facts: factsOf({ plugin: pluginOf({ state: "paused" }) }),
    verdict: "held",
    says: /the plugin is paused/,
  },
  {
    why: "a failed plugin holds the pair",
    facts: factsOf({ plugin: pluginOf({ state: "failed" }) }),
    verdict: "held",
    says: /the plugin is failed/,
  },
  {
    why: "a pair that no scheduler knows is held",
    facts: factsOf({ pair: undefined }),
    verdict: "held",
    says: /no scheduler knows/,
  },
  {
    why: "a pair that is late says by how much and why",
    facts: factsOf({ pair: pairOf({ lateMs: 65_000, reason: "not_taken" }) }),
    verdict: "late",
    says: "is late by 1 min 5 s: no agent took the task yet",
  },
  {
    why: "a device that does not answer fails, though all else is right",
    facts: factsOf({ pair: pairOf({ lastStatus: "timeout" }), lastRun: failedRun }),
    verdict: "fails",
    says: "polls it every 1 min, but the last run ended with timeout; next in 12 s",
  },
  {
    why: "a pair that never ran yet is ok",
    facts: factsOf({ pair: pairOf({ lastStatus: "", lastStartedAtMs: 0 }) }),
    verdict: "ok",
    says: /next in/,
  },
  {
    why: "a discovery runs against no resource",
    facts: factsOf({ plugin: pluginOf({ kind: "discovery" }), explanation: fails }),
    verdict: "no",
    says: /finds resources/,
  },
  {
    why: "a sink runs against no resource",
    facts: factsOf({ plugin: pluginOf({ kind: "sink" }) }),
    verdict: "no",
    says: /delivers results/,
  },
])("$why", ({ facts, verdict, says }) => {
  const rung = rungOf(facts, nowMs);
  expect(rung.verdict).toBe(verdict);
  if (typeof says === "string") expect(rung.sentence).toBe(says);
  else expect(rung.sentence).toMatch(says);
});

const ok = rungOf(factsOf(), nowMs);
const no = rungOf(factsOf({ explanation: fails }), nowMs);
const late = rungOf(factsOf({ pair: pairOf({ lateMs: 60_000 }) }), nowMs);

test.for([
  { why: "all that is meant to run does", rungs: [no, ok], only: false, want: true },
  { why: "nothing is meant to run", rungs: [no], only: false, want: false },
  { why: "one of several does not run", rungs: [ok, late], only: false, want: false },
  { why: "the plugin that was asked about is not meant for it", rungs: [no], only: true, want: false },
  { why: "the plugin that was asked about runs", rungs: [ok], only: true, want: true },
])("a resource is well or not: $why", ({ rungs, only, want }) => expect(isWell(rungs, only)).toBe(want));

test("what is meant for the resource stands first", () =>
  expect(meantFirst([no, late, no, ok])).toEqual([late, ok, no, no]));
