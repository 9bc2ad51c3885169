// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how references are written
import type { SettingsSection } from "@ocelli/model";
import { expect, test } from "vitest";
import type { ReferenceResolver } from "./references.js";
import { settingsSchema } from "./settings-schema.js";
import { typeSettings } from "./typed-settings.js";

const schemaText = JSON.stringify({
  type: "object",
  required: ["snmp"],
  additionalProperties: false,
  properties: {
    main: { type: "object", additionalProperties: false, properties: { verbose: { type: "boolean" } } },
    snmp: {
      type: "object",
      required: ["community"],
      additionalProperties: false,
      properties: {
        community: { type: "string", "x-secret": true, minLength: 3 },
        version: { enum: ["1", "2c", "3"] },
        port: { type: "integer", minimum: 1, maximum: 65535 },
        factor: { type: "number" },
        oids: { type: "array", items: { type: "string" } },
        ports: { type: "array", items: { $ref: "#/$defs/port" } },
        labels: { type: "object", additionalProperties: { type: "string" } },
        user: { type: "string" },
        wait: { anyOf: [{ type: "integer" }, { const: "forever" }] },
      },
    },
    ocelli: { type: "object", properties: { directory: { type: "string" } } },
  },
  $defs: { port: { type: "integer" } },
});

/** Sections as text: `section.key = value`, one a line; the line is the line. */
function sectionsOf(text: string): SettingsSection[] {
  const sections = new Map<string, { key: string; value: string; line: number }[]>();
  for (const [i, row] of text.split("\n").entries()) {
    const [, name = "", key = "", value = ""] = /^(\w+)\.(\w+) ?= ?(.*)$/.exec(row) ?? [];
    if (name !== "") sections.set(name, [...(sections.get(name) ?? []), { key, value, line: i + 1 }]);
  }
  return [...sections].map(([name, entries]) => ({ name, entries }));
}

const outside: ReferenceResolver = async ({ scheme, name }) =>
  name === "SECRET" || name === "/run/secret"
    ? { kind: "value", text: "a,b" }
    : name === "PORT"
      ? { kind: "value", text: "162" }
      : { kind: "missing", why: `the ${scheme} ${name} is not there` };

async function typed(text: string) {
  const outcome = settingsSchema(schemaText);
  if (outcome.kind === "bad") throw new Error(outcome.reason);
  const source = { file: "/p/a.ocelli-plugin", directory: "/p", settings: sectionsOf(text) };
  return typeSettings(source, outcome.schema, outside);
}

test.for([
  {
    why: "numbers, truth and lists get their types from the schema",
    text: "main.verbose = yes\nsnmp.community = public\nsnmp.port = 161\nsnmp.factor = 1e-3\nsnmp.oids = 1.3.6, 1.3.7\nsnmp.ports = 1,2\nsnmp.wait = 5",
    settings: {
      main: { verbose: true },
      snmp: { port: 161, factor: 0.001, oids: ["1.3.6", "1.3.7"], ports: [1, 2], wait: 5 },
    },
    secrets: { "/snmp/community": "public" },
  },
  {
    why: "a text that looks like a number stays a text where the schema wants one",
    text: "snmp.community = 123\nsnmp.user = 007",
    settings: { snmp: { user: "007" } },
    secrets: { "/snmp/community": "123" },
  },
  {
    why: "every text that came from elsewhere is a secret, marked or not",
    text: "snmp.community = ${env:SECRET}\nsnmp.user = x-${file:/run/secret}",
    settings: { snmp: {} },
    secrets: { "/snmp/community": "a,b", "/snmp/user": "x-a,b" },
  },
  {
    why: "a number that came from elsewhere travels as a number",
    text: "snmp.community = abc\nsnmp.port = ${env:PORT}",
    settings: { snmp: { port: 162 } },
    secrets: { "/snmp/community": "abc" },
  },
  {
    why: "a secret in a list keeps its commas and the others their places",
    text: "snmp.community = abc\nsnmp.oids = one, ${env:SECRET}, three",
    settings: { snmp: { oids: ["one", null, "three"] } },
    secrets: { "/snmp/community": "abc", "/snmp/oids/1": "a,b" },
  },
  {
    why: "an element in quotes may hold commas, and an empty list is a list",
    text: 'snmp.community = abc\nsnmp.oids = "a, b", c\nsnmp.ports =',
    settings: { snmp: { oids: ["a, b", "c"], ports: [] } },
    secrets: { "/snmp/community": "abc" },
  },
  {
    why: "JSON is read where the schema wants an object or a list",
    text: 'snmp.community = abc\nsnmp.labels = {"a": "b"}\nsnmp.ports = [3]',
    settings: { snmp: { labels: { a: "b" }, ports: [3] } },
    secrets: { "/snmp/community": "abc" },
  },
  {
    why: "two dollars stand for one that means nothing",
    text: "snmp.community = abc\nsnmp.user = $${env:SECRET}",
    settings: { snmp: { user: "${env:SECRET}" } },
    secrets: { "/snmp/community": "abc" },
  },
])("$why", async ({ text, settings, secrets }) => {
  const outcome = await typed(text);
  if (outcome.kind !== "typed") throw new Error(JSON.stringify(outcome.problems));
  expect(JSON.parse(outcome.settings.settingsJson)).toEqual({ ...settings, ocelli: { directory: "/p" } });
  expect(outcome.settings.secrets).toEqual(secrets);
  expect(outcome.settings.maskedJson).toContain('"community":"***"');
  for (const secret of Object.values(secrets)) expect(outcome.settings.maskedJson).not.toContain(`"${secret}"`);
});

test.for([
  {
    why: "an unknown key gets the nearest right one and its line",
    text: "snmp.community = abc\nsnmp.comunity = abc",
    says: [[2, '"comunity" is not a known key in [snmp]: did you mean "community"?']],
  },
  {
    why: "an unknown key with nothing near it gets the list",
    text: "snmp.community = abc\nmain.zzz = 1",
    says: [[2, '"zzz" is not a known key in [main]: known are "verbose"']],
  },
  {
    why: "an unknown section gets the nearest right one",
    text: "snmp.community = abc\nsnpm.port = 1",
    says: [[2, "[snpm] is not a known section: did you mean [snmp]?"]],
  },
  {
    why: "all problems come at once, in the order of the lines",
    text: "snmp.port = 99999\nsnmp.version = 2\nsnmp.factor = lots\nsnmp.community = ab",
    says: [
      [1, "[snmp] port must be at most 65535, not 99999"],
      [2, '[snmp] version must be one of "1", "2c", "3", not "2"; did you mean "1"?'],
      [3, '[snmp] factor must be a number, not "lots"'],
      [4, "[snmp] community must have at least 3 characters"],
    ],
  },
  {
    why: "a missing key is told at its section, a missing section at the file",
    text: "snmp.port = 1",
    says: [[1, "[snmp] community is missing"]],
  },
  { why: "a missing section is told at the file", text: "main.verbose = on", says: [[0, "[snmp] is missing"]] },
  {
    why: "an empty number says that it is empty",
    text: "snmp.community = abc\nsnmp.port =",
    says: [[2, "[snmp] port must be a whole number, and is empty"]],
  },
  {
    why: "an element of a list is named by its place",
    text: "snmp.community = abc\nsnmp.ports = 1, x",
    says: [[2, '[snmp] ports.1 must be a whole number, not "x"']],
  },
  {
    why: "a choice says all of its forms",
    text: "snmp.community = abc\nsnmp.wait = long",
    says: [[2, '[snmp] wait must be a whole number or "forever", not "long"']],
  },
  {
    why: "a value from elsewhere is never shown",
    text: "snmp.community = abc\nsnmp.factor = ${env:SECRET}",
    says: [[2, "[snmp] factor must be a number"]],
  },
  {
    why: "a missing variable is told at its line, and nothing else about that key",
    text: "snmp.community = ${env:NOPE}",
    says: [[1, "[snmp] community: the env NOPE is not there"]],
  },
  {
    why: "a reference of no known kind says how to write one",
    text: "snmp.community = ${COMMUNITY}",
    says: [[1, "[snmp] community: ${COMMUNITY} is no reference: did you mean ${env:COMMUNITY}?"]],
  },
] as const)("$why", async ({ text, says }) => {
  const outcome = await typed(text);
  if (outcome.kind !== "problems") throw new Error("accepted");
  expect(outcome.problems.map(({ line, message }) => [line, message])).toEqual(says);
});

test("a problem that lies outside the file may be gone later", async () => {
  expect(await typed("snmp.community = ${env:NOPE}")).toMatchObject({ kind: "problems", mayChange: true });
  expect(await typed("snmp.port = 0")).toMatchObject({ kind: "problems", mayChange: false });
});

test.for([
  { why: "a schema that is no JSON is refused", text: "{", says: /not a JSON Schema/ },
  { why: "a schema with a wrong type is refused", text: '{"type": "strnig"}', says: /not a JSON Schema/ },
  { why: "a schema that is a list is refused", text: "[]", says: /not a JSON object/ },
])("$why", ({ text, says }) => {
  const outcome = settingsSchema(text);
  expect(outcome.kind === "bad" ? outcome.reason : "").toMatch(says);
});
