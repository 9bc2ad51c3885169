import { expect, test } from "vitest";
import { answerTable, askedMesh } from "../testing/answer-table.js";

const asked = askedMesh();
const { mesh, ocelli } = asked;

answerTable(asked, [
  { why: "resources", args: ["resources"], code: 0, stdout: /^RESOURCE .*\nsw-1 +10\.0\.0\.1 +network +- +devices / },
  {
    why: "resources that match",
    args: ["resources", "match", 'resource_class = "network"'],
    code: 0,
    stdout: /\nsw-1 /,
  },
  {
    why: "resources of which none matches",
    args: ["resources", "match", 'resource_class = "x"'],
    code: 1,
    stdout: /^$/,
    stderr: /no resource matches/,
  },
  {
    why: "a list in which none matches",
    args: ["resources", "list", "--filter", 'resource_class = "x"', "-o", "json"],
    code: 0,
    stdout: /^\[\]\n$/,
  },
  {
    why: "a filter that cannot be read",
    args: ["resources", "match", "resource_clas = 1"],
    code: 2,
    stdout: /^$/,
    stderr: /resource_class[\s\S]*\nresource_clas = 1\n\^/,
  },
  {
    why: "one resource, with its pairs and facts",
    args: ["resources", "show", "sw-1", "--enrichments"],
    code: 0,
    stdout:
      /found by devices[\s\S]*enrichment interface 0\.1 by facts[\s\S]*"name": "Gi0\/1"[\s\S]*ping +sw-1 +1 min +in 12 s/,
  },
  {
    why: "a resource that is not there",
    args: ["resources", "show", "nope"],
    code: 1,
    stdout: /^$/,
    stderr: /no resource "nope"/,
  },
  {
    why: "why a resource is polled",
    args: ["resources", "why", "sw-1"],
    code: 0,
    stdout:
      /\nok +ping {2}polls it every 1 min; next in 12 s\n +filter +yes: the filter is empty\n +last run +48 s ago: success, found 24, took 231 ms on agent-1/,
  },
  {
    why: "why one is not",
    args: ["resources", "why", "sw-1", "--plugin", "ping"],
    change: (world) => {
      const clauses = [
        { text: 'resource_class = "x"', value: "network", holds: false, depth: 1 },
        { text: 'resource_id = "sw-1"', value: "sw-1", holds: true, depth: 1 },
      ];
      world.explanations = [{ plugin: "ping", matches: false, summary: 'no: resource_class is "network"', clauses }];
      world.pairs = [];
    },
    code: 1,
    stdout:
      /\nno +ping {2}is not meant for it.*\n +filter +no: resource_class is "network"\n +fails {2}resource_class = "x" {2}on "network"\n +holds {2}resource_id = "sw-1" {2}on "sw-1"/,
  },
  {
    why: "why one that nobody knows is not, with those like it",
    args: ["resources", "why", "sw"],
    code: 1,
    stdout: /^$/,
    stderr: /no resource "sw"; did you mean "sw-1"\?/,
  },
  {
    why: "a resource that is put",
    args: ["resources", "put", "-"],
    stdin: '{"id":"new"}',
    code: 0,
    stdout: /^$/,
    stderr: /1 resource put/,
  },
  {
    why: "a resource with an unknown key",
    args: ["resources", "put", '{"id":"new","endpiont":"x"}'],
    code: 2,
    stderr: /did you mean "endpoint"/,
  },
  {
    why: "a resource that is deleted",
    args: ["resources", "delete", "sw-1"],
    code: 0,
    stderr: /sw-1 is deleted; devices will bring it back/,
  },
  {
    why: "one that is not there to be deleted",
    args: ["resources", "delete", "nope"],
    code: 1,
    stderr: /no resource "nope"/,
  },
]);

test("a long list is fetched page by page, up to the limit", async () => {
  const { resources } = mesh().world;
  const [one] = resources.values();
  for (let i = 2; one && i <= 6; i += 1) resources.set(`sw-${i}`, { ...one, id: `sw-${i}` });
  const some = await ocelli(["resources", "list", "--limit", "5", "-o", "jsonl"]);
  expect(
    some.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).resource.id),
  ).toEqual(["sw-1", "sw-2", "sw-3", "sw-4", "sw-5"]);
  expect(some.stderr).toContain("5 of 6 shown");
  const all = await ocelli(["resources", "list", "--limit", "0", "-o", "json"]);
  expect(JSON.parse(all.stdout)).toHaveLength(6);
});

test("what is put can be what was shown", async () => {
  const shown = await ocelli(["resources", "show", "sw-1", "-o", "json"]);
  mesh().world.resources.clear();
  expect((await ocelli(["resources", "put", "-"], shown.stdout)).code).toBe(0);
  expect(mesh().world.resources.get("sw-1")).toMatchObject({ endpoint: "10.0.0.1", class: "network" });
});
