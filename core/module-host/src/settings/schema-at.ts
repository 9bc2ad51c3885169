import { isJsonObject } from "@ocelli/model";
import { fromPointer, type SettingsPath } from "./pointer.js";

export type SchemaObject = Readonly<Record<string, unknown>>;

const branches = ["allOf", "anyOf", "oneOf"] as const;
const single = ["if", "then", "else"] as const;

/** Every part of a JSON Schema that may describe the value at `path`: references inside the schema and all branches are
 *  followed, since which of them holds is known only once the value is typed. */
export function schemasAt(root: SchemaObject, path: SettingsPath): readonly SchemaObject[] {
  let here = widen(root, [root]);
  for (const step of path)
    here = widen(
      root,
      here.flatMap((schema) => stepInto(schema, step)),
    );
  return here;
}

/** The JSON types that are allowed there; empty where the schema does not say. A text that is one of a few counts as no
 *  type: `fixedTexts` has it. */
export function typesOf(schemas: readonly SchemaObject[]): ReadonlySet<string> {
  const types = new Set<string>();
  for (const schema of schemas) {
    const fixed = fixedValues(schema);
    const words = Array.isArray(schema["type"]) ? schema["type"] : [schema["type"]];
    for (const word of words) if (typeof word === "string" && !(fixed && word === "string")) types.add(word);
    if (schema["type"] !== undefined) continue;
    for (const value of fixed ?? []) if (typeof value !== "string") types.add(jsonType(value));
  }
  return types;
}

/** The texts that are allowed there because the schema lists them. */
export function fixedTexts(schemas: readonly SchemaObject[]): ReadonlySet<string> {
  return new Set(schemas.flatMap((schema) => fixedValues(schema) ?? []).filter((value) => typeof value === "string"));
}

function fixedValues(schema: SchemaObject): readonly unknown[] | undefined {
  if (Array.isArray(schema["enum"])) return schema["enum"];
  return schema["const"] === undefined ? undefined : [schema["const"]];
}

function jsonType(value: unknown): string {
  return Array.isArray(value) ? "array" : value === null ? "null" : typeof value;
}

/** The names of the keys that are described there. */
export function keysOf(schemas: readonly SchemaObject[]): string[] {
  return [...new Set(schemas.flatMap((schema) => Object.keys(asObject(schema["properties"]) ?? {})))];
}

export function asObject(value: unknown): SchemaObject | undefined {
  return isJsonObject(value) ? value : undefined;
}

function widen(root: SchemaObject, schemas: readonly SchemaObject[]): readonly SchemaObject[] {
  const seen = new Set<SchemaObject>();
  const todo = [...schemas];
  for (let schema = todo.pop(); schema; schema = todo.pop()) {
    if (seen.has(schema)) continue;
    seen.add(schema);
    const target = typeof schema["$ref"] === "string" ? atPointer(root, schema["$ref"]) : undefined;
    const several = branches.flatMap((key) => (Array.isArray(schema[key]) ? schema[key] : []));
    for (const next of [target, ...several, ...single.map((key) => schema[key])]) {
      const object = asObject(next);
      if (object) todo.push(object);
    }
  }
  return [...seen];
}

function stepInto(schema: SchemaObject, step: string): SchemaObject[] {
  const found: unknown[] = [];
  const properties = asObject(schema["properties"]) ?? {};
  if (Object.hasOwn(properties, step)) found.push(properties[step]);
  else found.push(schema["additionalProperties"]);
  if (/^\d+$/.test(step)) {
    const prefix = schema["prefixItems"];
    found.push(Array.isArray(prefix) && Number(step) < prefix.length ? prefix[Number(step)] : schema["items"]);
  }
  return found.map(asObject).filter((object) => object !== undefined);
}

function atPointer(root: SchemaObject, reference: string): SchemaObject | undefined {
  if (!reference.startsWith("#")) return undefined;
  let here: unknown = root;
  for (const step of fromPointer(decodeURIComponent(reference.slice(1)))) here = asObject(here)?.[step];
  return asObject(here);
}
