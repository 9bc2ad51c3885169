import type { PairRegister, Result, Task } from "@ocelli/model";

export const oddId = "rack 1/öl.switch >*";
export const resource = {
  id: oddId,
  site: "",
  class: "network",
  subclass: "",
  type: "",
  endpoint: "10.0.0.1",
  metadata: {},
  parents: [],
  ttlS: 0,
};
export const task: Task = {
  kind: "polling",
  plugin: "snmp interface",
  resource,
  pluginRevision: "1",
  slotAtMs: 1000,
  notBeforeAtMs: 1000,
  expiresAtMs: 4_000_000_000_000,
  frequencyMs: 60_000,
  revision: 0,
  state: new Uint8Array(),
  onDemand: false,
  traceparent: "",
};
export const register: PairRegister = {
  plugin: "p",
  resourceId: oddId,
  running: true,
  agentId: "a",
  attempt: "1",
  fence: 0,
  leaseMs: 15_000,
  slotAtMs: 1000,
  startedAtMs: 0,
  finishedAtMs: 0,
  status: "success",
  state: new Uint8Array([1, 2]),
};
export const result: Result = {
  kind: "polling",
  plugin: "p",
  resource,
  fence: 7,
  part: 0,
  last: true,
  agentId: "a",
  slotAtMs: 1000,
  startedAtMs: 1001,
  finishedAtMs: 1002,
  frequencyMs: 60_000,
  pluginRevision: "1",
  status: "timeout",
  fault: { message: "no answer", origin: "target", retry: "next_slot", scope: "item", status: "timeout" },
  groups: [
    {
      name: "g",
      dimensions: [{ name: "d", value: "x" }],
      metrics: [{ name: "m", type: "counter", value: 2n ** 62n }],
      atMs: 5,
    },
  ],
  sets: [],
  discovery: undefined,
  onDemand: false,
};
