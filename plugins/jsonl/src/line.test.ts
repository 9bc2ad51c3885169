import type { Result, SinkRecord } from "@ocelli/plugin-sdk";
import { expect, test } from "vitest";
import { lineOf, placeOfLine } from "./line.js";

const resource = {
  id: "Gerät 1/ä",
  site: "lab",
  class: "network",
  subclass: "",
  type: "",
  endpoint: "10.0.0.1",
  metadata: { __proto__x: "1", model: 'a"b' },
  parents: [],
  ttlS: 0,
};
const base: Result = {
  kind: "polling",
  plugin: "p",
  resource,
  fence: 7,
  part: 0,
  last: true,
  agentId: "a1",
  slotAtMs: 1000,
  startedAtMs: 1001,
  finishedAtMs: 1010,
  frequencyMs: 60_000,
  pluginRevision: "r1",
  status: "success",
  fault: undefined,
  groups: [],
  sets: [],
  discovery: undefined,
  onDemand: false,
};
const record = (change: Partial<Result>): SinkRecord => ({ mesh: "m", position: 5, result: { ...base, ...change } });

test("a poll: the whole shape, with zero kept as a value", () => {
  const groups = [
    {
      name: "interface",
      atMs: 1005,
      dimensions: [{ name: "interface_name", value: "Gi0/1\n" }],
      metrics: [
        { name: "errors", type: "counter" as const, value: 0n },
        { name: "load", type: "gauge" as const, value: 0.5 },
      ],
    },
  ];
  const line = lineOf(record({ groups }));
  expect(line).not.toContain("\n");
  expect(JSON.parse(line)).toEqual({
    mesh: "m",
    position: 5,
    kind: "polling",
    plugin: "p",
    plugin_revision: "r1",
    resource: {
      id: "Gerät 1/ä",
      site: "lab",
      class: "network",
      subclass: "",
      type: "",
      endpoint: "10.0.0.1",
      metadata: { __proto__x: "1", model: 'a"b' },
      parents: [],
      ttl_s: 0,
    },
    fence: 7,
    part: 0,
    last: true,
    agent: "a1",
    on_demand: false,
    slot_at_ms: 1000,
    started_at_ms: 1001,
    finished_at_ms: 1010,
    frequency_ms: 60_000,
    status: "success",
    status_number: 0,
    fault: null,
    groups: [
      {
        name: "interface",
        at_ms: 1005,
        dimensions: { interface_name: "Gi0/1\n" },
        metrics: { errors: { type: "counter", value: 0 }, load: { type: "gauge", value: 0.5 } },
      },
    ],
    sets: [],
    discovery: null,
  });
});

test("a counter above 2^53 keeps all its digits", () => {
  const metrics = [{ name: "octets", type: "counter" as const, value: 9_223_372_036_854_775_807n }];
  const line = lineOf(record({ groups: [{ name: "g", atMs: 0, dimensions: [], metrics }] }));
  expect(line).toContain('"octets":{"type":"counter","value":9223372036854775807}');
});

test("a name that is a gauge and a counter at once loses neither", () => {
  const metrics = [
    { name: "x", type: "gauge" as const, value: 1 },
    { name: "x", type: "counter" as const, value: 2n },
  ];
  const line = lineOf(record({ groups: [{ name: "g", atMs: 0, dimensions: [], metrics }] }));
  expect(line).toContain('"metrics":{"x":{"type":"gauge","value":1},"x__counter":{"type":"counter","value":2}}');
});

test("a timeout says so in words, as a number, and why", () => {
  const fault = {
    message: "no answer",
    origin: "target",
    retry: "next_slot",
    scope: "item",
    status: "timeout",
  } as const;
  expect(JSON.parse(lineOf(record({ status: "timeout", fault })))).toMatchObject({
    status: "timeout",
    status_number: 3,
    fault: { message: "no answer", origin: "target", retry: "next_slot", scope: "item", status: "timeout" },
  });
});

test("enrichment is JSON within the JSON, on one line, with every digit", () => {
  const dataJson = new TextEncoder().encode('{\n  "octets": 9223372036854775807,\r\n  "a b": "c\\nd"\n}');
  const set = { namespace: "interface", schema: "0.1", ttlS: 300, resourceId: "", dataJson };
  const line = lineOf(record({ kind: "enrichment", sets: [set] }));
  expect(line).toMatch(/"data":\{ +"octets": 9223372036854775807, +"a b": "c\\nd" \}/);
  expect(line).not.toMatch(/[\r\n]/);
  expect(JSON.parse(line)).toMatchObject({ sets: [{ namespace: "interface", ttl_s: 300, resource_id: "" }] });
});

test("a discovery is counted, not copied", () => {
  const discovery = { resources: [resource, resource], summary: { complete: true, resources: 2, scopes: ["lab"] } };
  expect(JSON.parse(lineOf(record({ kind: "discovery", resource: undefined, discovery })))).toMatchObject({
    resource: null,
    discovery: { resources: 2, summary: { complete: true, resources: 2, scopes: ["lab"] } },
  });
});

test("a line tells its place, and foreign lines tell none", () => {
  expect(placeOfLine(lineOf(record({})))).toEqual({ mesh: "m", position: 5 });
  for (const line of ["", "{}", "null", "no json", '{"mesh": "m", "position": "5"}', '{"mesh": 1, "position": 5}']) {
    expect(placeOfLine(line)).toBeUndefined();
  }
});
