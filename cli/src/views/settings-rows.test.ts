import { expect, test } from "vitest";
import { settingsRows } from "./settings-rows.js";

const section = (properties: object, more: object = {}) => ({
  type: "object",
  properties: { snmp: { type: "object", properties, ...more } },
});

function row(schema: object, key = "key"): object | undefined {
  return settingsRows(schema as never).find((one) => one.key === key);
}

test.for([
  {
    why: "its default and what it is",
    property: { type: "integer", minimum: 1, maximum: 9, default: 5, description: "Of it" },
    want: { type: "integer 1..9", default: "5", description: "Of it" },
  },
  {
    why: "that it is a secret",
    property: { type: "string", "x-secret": true },
    want: { secret: true, default: undefined },
  },
  { why: "the words it may be", property: { enum: ["a", "b"] }, want: { type: "a|b" } },
  {
    why: "no bounds that are those of a language",
    property: { type: "integer", minimum: 1, maximum: Number.MAX_SAFE_INTEGER },
    want: { type: "integer 1.." },
  },
  {
    why: "what may be empty as what it is else",
    property: { anyOf: [{ type: "string" }, { type: "null" }] },
    want: { type: "string" },
  },
  {
    why: "bounds that are themselves left out",
    property: { type: "number", exclusiveMinimum: 0 },
    want: { type: "number >0.." },
  },
])("a key shows $why", ({ property, want }) => expect(row(section({ key: property }))).toMatchObject(want));

test("a key is required where nothing stands in for it", () => {
  const keys = { key: { type: "string" }, other: { type: "string", default: "x" } };
  const schema = { ...section(keys, { required: ["key", "other"] }), required: ["snmp"] };
  expect(row(schema)).toMatchObject({ required: true });
  expect(row(schema, "other")).toMatchObject({ required: false, default: '"x"' });
  expect(row({ ...schema, required: [] }), "in a section that may be left out").toMatchObject({ required: false });
});

test("references are followed, and the default of a section counts for its keys", () => {
  const schema = {
    $defs: { Snmp: { type: "object", properties: { key: { type: "integer" } } } },
    properties: { snmp: { $ref: "#/$defs/Snmp", default: { key: 7 } } },
  };
  expect(row(schema)).toMatchObject({ section: "snmp", type: "integer", default: "7" });
});

test("the order that the schema asks for holds", () => {
  const schema = section({ a: { "x-order": 2 }, b: { "x-order": 1 }, c: {} });
  expect(settingsRows(schema as never).map(({ key }) => key)).toEqual(["b", "a", "c"]);
});

test("a section that takes any key says so", () => {
  expect(settingsRows(section({}, { additionalProperties: { type: "string" } }) as never)).toMatchObject([
    { section: "snmp", key: "", type: "string" },
  ]);
});
