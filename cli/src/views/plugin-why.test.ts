import { expect, test } from "vitest";
import { pluginOf, reportOf } from "../testing/builders.js";
import { whyHeads, whyLines } from "./plugin-why.js";

const typo = { file: "/p/ping.ocelli-plugin", line: 4, message: 'unknown key "excute"' };
const typoText = '/p/ping.ocelli-plugin:4: unknown key "excute"';

test.for([
  { why: "of a plugin that runs there is nothing to say", plugin: pluginOf(), want: [] },
  {
    why: "every problem of a refused file has its line",
    plugin: pluginOf({
      state: "refused",
      active: false,
      agents: [],
      problems: [typo, { ...typo, line: 0, message: "b" }],
    }),
    want: [typoText, "/p/ping.ocelli-plugin: b"],
  },
  {
    why: "where an older file goes on, it says so first",
    plugin: pluginOf({ problems: [typo] }),
    want: ["the newest file is refused, what ran before goes on:", typoText],
  },
  {
    why: "a module that fell over says why, with its last lines below",
    plugin: pluginOf({
      state: "failed",
      agents: [reportOf({ state: "failed", restarts: 3, reason: "exited with code 1; its last lines:\n  | no moon" })],
    }),
    want: ["on agent-1 failed (restarted 3 times): exited with code 1; its last lines:", "      | no moon"],
  },
  {
    why: "what an agent found wrong with the settings is told once, though the registry tells it too",
    plugin: pluginOf({
      state: "refused",
      active: false,
      problems: [typo],
      agents: [reportOf({ state: "refused", problems: [typo, { ...typo, line: 9, message: "too low" }] })],
    }),
    want: [typoText, "/p/ping.ocelli-plugin:9: too low"],
  },
  {
    why: "a module that runs but answered wrongly says what was wrong",
    plugin: pluginOf({ agents: [reportOf({ lastError: "the metric load is NaN" })] }),
    want: ["on agent-1, last error: the metric load is NaN"],
  },
  {
    why: "what nobody has looked at waits",
    plugin: pluginOf({ state: "waiting", active: false, candidateRevision: "r1", agents: [] }),
    want: ["its file waits for an agent: none has looked at it"],
  },
  {
    why: "a newer file waits while the older one runs",
    plugin: pluginOf({ candidateRevision: "r2" }),
    want: ["a newer file waits for an agent to take it"],
  },
  {
    why: "a module on another machine's path is absent",
    plugin: pluginOf({ agents: [reportOf({ state: "absent", reason: "/x does not exist on this machine" })] }),
    want: ["on agent-1 absent: /x does not exist on this machine"],
  },
])("$why", ({ plugin, want }) => expect(whyLines(plugin)).toEqual(want));

test("the short form leaves the module's own lines out", () => {
  const plugin = pluginOf({ agents: [reportOf({ state: "failed", reason: "died:\n  | at x" })] });
  expect(whyHeads(plugin)).toEqual(["on agent-1 failed: died:"]);
});
