import type { PluginReport } from "@ocelli/model";
import { expect, test } from "vitest";
import { aFault } from "../testing/fakes.js";
import { RunTroubles } from "./run-troubles.js";

const report: PluginReport = {
  agentId: "a",
  plugin: "p",
  revision: "1",
  state: "ready",
  reason: "",
  service: "polling",
  judgedRevision: "1",
  problems: [],
  restarts: 0,
  module: "m 1",
  lastError: "it sent 1 answer after its item was over",
};

test("a plugin whose own code fails says why until a run succeeds; a device that does not answer is not its trouble", () => {
  let changes = 0;
  const troubles = new RunTroubles(() => {
    changes += 1;
  });
  troubles.ran("p", { ...aFault, origin: "target", message: "no answer" });
  expect(troubles.added(report).lastError).toBe(report.lastError);
  troubles.ran("p", { ...aFault, origin: "plugin", message: "x is not a function" });
  troubles.ran("p", { ...aFault, origin: "plugin", message: "x is not a function" });
  expect(troubles.added(report).lastError).toBe("x is not a function");
  expect(changes).toBe(1);
  troubles.ran("p", undefined);
  expect(troubles.added(report).lastError).toBe(report.lastError);
});
