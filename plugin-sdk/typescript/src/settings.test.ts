import { expect, test } from "vitest";
import { z } from "zod";
import { setAt, toPointer } from "./json-pointer.js";
import { Secret, secret } from "./secret.js";
import { mergeSecrets, parseSettings, settingsSchemaJson } from "./settings.js";

const schema = z.strictObject({
  snmp: z.strictObject({
    community: secret(),
    port: z.int().min(1).max(65_535).default(161),
    version: z.enum(["1", "2c", "3"]).default("2c"),
  }),
  targets: z
    .array(z.strictObject({ host: z.string(), weight: z.union([z.int(), z.literal("auto")]).optional() }))
    .default([]),
});
const good = { snmp: { community: "public" } };

test("settings are read with their defaults, and their secrets are hidden", () => {
  const outcome = parseSettings(schema, good);
  expect(outcome).toMatchObject({ kind: "good", settings: { snmp: { port: 161, version: "2c" }, targets: [] } });
  expect(JSON.stringify(outcome)).not.toContain("public");
});

test.for([
  {
    why: "an unknown key, with the nearest right one",
    input: { snmp: { community: "c", prot: 161 } },
    want: [{ path: "/snmp/prot", summary: "unknown key prot", detail: "did you mean port?" }],
  },
  {
    why: "an unknown key far from all, with those that are known",
    input: { ...good, colour: {} },
    want: [{ path: "/colour", summary: "unknown key colour", detail: "known here: snmp, targets" }],
  },
  {
    why: "an unknown key inside a list",
    input: { ...good, targets: [{ host: "a" }, { host: "b", wieght: 1 }] },
    want: [{ path: "/targets/1/wieght", summary: "unknown key wieght", detail: "did you mean weight?" }],
  },
  {
    why: "what is missing",
    input: { snmp: {} },
    want: [{ path: "/snmp/community", summary: "community is missing" }],
  },
  {
    why: "a missing section",
    input: {},
    want: [{ path: "/snmp", summary: "snmp is missing" }],
  },
  {
    why: "everything at once",
    input: { snmp: { community: "", port: 0, version: "4", x: 1 }, targets: [{ weight: "much" }] },
    want: [
      { path: "/snmp/community" },
      { path: "/snmp/port" },
      { path: "/snmp/version" },
      { path: "/snmp/x" },
      { path: "/targets/0/host" },
      { path: "/targets/0/weight" },
    ],
  },
])("says $why", ({ input, want }) => {
  const outcome = parseSettings(schema, input);
  if (outcome.kind !== "bad") throw new Error("these settings are wrong");
  const found = [...outcome.diagnostics].sort((a, b) => a.path.localeCompare(b.path));
  expect(found).toMatchObject(want);
});

test("a hidden secret is never wrong, but everything else still is", () => {
  const strict = z.strictObject({ key: secret().refine((key) => key.reveal().startsWith("sk-")), port: z.int() });
  expect(parseSettings(strict, { key: "***", port: "x" }, true)).toMatchObject({ diagnostics: [{ path: "/port" }] });
  expect(parseSettings(strict, { key: "wrong", port: 1 })).toMatchObject({ diagnostics: [{ path: "/key" }] });
});

test("the JSON Schema marks secrets and refuses unknown keys, as it describes what is written", () => {
  expect(JSON.parse(settingsSchemaJson(schema))).toMatchObject({
    $schema: "https://json-schema.org/draft/2020-12/schema",
    additionalProperties: false,
    required: ["snmp"],
    properties: {
      snmp: {
        required: ["community"],
        properties: { community: { type: "string", "x-secret": true }, port: { type: "integer", default: 161 } },
      },
    },
  });
});

test("a schema without secrets carries no mark", () => {
  expect(settingsSchemaJson(z.strictObject({ a: z.string() }))).not.toContain("x-secret");
});

test.for([
  { why: "into a section that is there", json: '{"snmp":{"port":1}}', want: { snmp: { port: 1, community: "s" } } },
  { why: "into a section that is not", json: "{}", want: { snmp: { community: "s" } } },
])("secrets are put back $why", ({ json, want }) => {
  expect(mergeSecrets(json, { "/snmp/community": "s" })).toEqual(want);
});

test.for([
  { why: "settings that are no JSON", json: "{", secrets: {}, text: /settings are no JSON/ },
  { why: "settings that are a list", json: "[]", secrets: {}, text: /settings are a JSON object, not a list/ },
  {
    why: "a secret inside a number",
    json: '{"snmp":1}',
    secrets: { "/snmp/x": "s" },
    text: /leads through a plain value/,
  },
  { why: "a secret on a prototype", json: "{}", secrets: { "/__proto__/x": "s" }, text: /not a place in settings/ },
  { why: "a pointer that is none", json: "{}", secrets: { snmp: "s" }, text: /not a JSON pointer/ },
])("refuses $why", ({ json, secrets, text }) => {
  expect(() => mergeSecrets(json, secrets as Record<string, string>)).toThrow(text);
});

test("pointers keep keys with slashes and tildes apart", () => {
  const root = {};
  const path = ["a/b", "c~d", "e"];
  setAt(root, toPointer(path), new Secret("s"));
  expect(root).toEqual({ "a/b": { "c~d": { e: expect.any(Secret) } } });
});
