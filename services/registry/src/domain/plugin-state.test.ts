import type { PluginRecord, PluginReport } from "@ocelli/model";
import { expect, test } from "vitest";
import { aReport, aSpec } from "../testing/builders.js";
import { type PluginState, pluginState } from "./plugin-state.js";

interface Row {
  readonly why: string;
  readonly record: Partial<PluginRecord>;
  readonly states: readonly PluginReport["state"][];
  readonly paused?: true;
  readonly want: PluginState;
}

const active = aSpec();
const candidate = aSpec({ revision: "r2" });

const rows: readonly Row[] = [
  { why: "nobody has looked yet", record: { candidate }, states: [], want: "waiting" },
  {
    why: "no agent can host it, so it waits for one that can",
    record: { candidate },
    states: ["absent"],
    want: "waiting",
  },
  { why: "its module is being started", record: { candidate }, states: ["starting"], want: "waiting" },
  { why: "its module does not start", record: { candidate }, states: ["failed"], want: "failed" },
  { why: "it runs somewhere", record: { active }, states: ["failed", "ready"], want: "ready" },
  { why: "an older one runs beside a refused file", record: { active }, states: ["ready"], want: "ready" },
  { why: "a crashed module is started again", record: { active }, states: ["starting"], want: "waiting" },
  {
    why: "what ran and is refused by a newer module has failed",
    record: { active },
    states: ["refused"],
    want: "failed",
  },
  { why: "what ran and has lost its module has failed", record: { active }, states: ["absent"], want: "failed" },
  { why: "no agent is there", record: { active }, states: [], want: "waiting" },
  { why: "nothing of it can run", record: {}, states: [], want: "refused" },
  { why: "a pause is not hidden by a failure", record: { active }, states: ["failed"], paused: true, want: "paused" },
  { why: "a pause does not hide that the file is refused", record: {}, states: [], paused: true, want: "refused" },
];

test.for(rows)("$why: $want", ({ record, states, paused, want }) => {
  const whole: PluginRecord = { name: "ping", active: undefined, candidate: undefined, problems: [], ...record };
  const reports = states.map((state, i) => aReport({ agentId: `a${i}`, state }));
  expect(pluginState(whole, reports, paused === true)).toBe(want);
});
