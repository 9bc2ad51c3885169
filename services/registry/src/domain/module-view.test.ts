import { expect, test } from "vitest";
import { anAgent, aSpec } from "../testing/builders.js";
import { moduleViews } from "./module-view.js";

const record = (name: string, module: string) => {
  return { name, active: aSpec({ name, module }), candidate: undefined, problems: [] };
};
const lab = {
  name: "lab",
  instanceId: "i1",
  bootId: "b1",
  version: "2.0.0",
  endpoint: "h:1",
  leaseMs: 1,
  suspect: false,
};

test("modules are one for each agent and one for each registration, with the plugins that use them", () => {
  const records = [
    record("a", "/opt/snmp"),
    record("b", "/opt/snmp"),
    record("c", "/opt/broken"),
    record("d", "service:lab"),
  ];
  const agents = [
    anAgent(
      "a1",
      { plugin: "b", module: "snmp 0.1.0", state: "refused" },
      { plugin: "a", module: "snmp 0.1.0", state: "starting" },
      { plugin: "c", module: "", state: "failed" },
      { plugin: "d", module: "lab 2.0.0" },
    ),
    anAgent(
      "a2",
      { plugin: "a", module: "snmp 0.1.0", state: "starting" },
      { plugin: "c", module: "", state: "absent" },
    ),
  ];
  const views = moduleViews(records, agents, [lab, { ...lab, instanceId: "i2", suspect: true }]);
  expect(views.map(({ name, agentId, plugins, state }) => [name, agentId, plugins.join(), state])).toEqual([
    ["/opt/broken", "a1", "c", "failed"],
    ["lab 2.0.0", "", "d", "ready"],
    ["lab 2.0.0", "", "d", "suspect"],
    ["snmp 0.1.0", "a1", "a,b", "ready"],
    ["snmp 0.1.0", "a2", "a", "starting"],
  ]);
});
