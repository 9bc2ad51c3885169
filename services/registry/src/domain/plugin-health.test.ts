import type { PluginReport } from "@ocelli/model";
import { expect, test } from "vitest";
import { anAgent, aSpec } from "../testing/builders.js";
import { PluginHealth } from "./plugin-health.js";
import { pluginView } from "./plugin-view.js";

const record = { name: "ping", active: aSpec(), candidate: undefined, problems: [] };
const seen = (state: PluginReport["state"], reason = "") => {
  return pluginView(record, [anAgent("a1", { state, reason })], false);
};

test("a failure is told once with its reason, however often the module is started again, and so is its end", () => {
  const health = new PluginHealth();
  const told: string[] = [];
  const crash = seen("failed", "exit code 1");
  const steps = [
    seen("ready"),
    crash,
    seen("starting"),
    crash,
    seen("failed", "exit code 2"),
    seen("starting"),
    seen("ready"),
    seen("ready"),
  ];
  for (const view of steps) told.push(...health.look([view]).map(({ type, message }) => `${type}: ${message}`));
  expect(told).toEqual([
    "plugin.failed: no agent can run it: exit code 1 (agent a1)",
    "plugin.failed: no agent can run it: exit code 2 (agent a1)",
    "plugin.ready: it runs again",
  ]);
});

test("what had failed before a registry began to lead is not news", () => {
  expect(new PluginHealth().look([seen("failed", "exit code 1")])).toEqual([]);
});

test("a plugin that was removed and comes back is looked at anew", () => {
  const health = new PluginHealth();
  health.look([seen("ready")]);
  health.look([seen("failed", "exit code 1")]);
  health.look([]);
  expect(health.look([seen("failed", "exit code 1")])).toEqual([]);
});
