import { isJsonObject } from "@ocelli/model";
import { keysOf, type SchemaObject, schemasAt, typesOf } from "@ocelli/module-host";
import { toJson } from "../display/json.js";

/** One key that a module takes in its plugin file. */
export interface SettingsRow {
  readonly section: string;
  /** Empty for a section that takes any key. */
  readonly key: string;
  readonly type: string;
  /** As JSON; undefined where there is none. */
  readonly default: string | undefined;
  readonly required: boolean;
  readonly secret: boolean;
  readonly description: string;
}

/** The keys of a settings schema, in its order (`x-order` first, where it is given). */
export function settingsRows(root: SchemaObject): SettingsRow[] {
  return ordered(root, []).flatMap((section) => {
    const path = [section];
    const schemas = schemasAt(root, path);
    const keys = ordered(root, path);
    const rows = keys.map((key) =>
      rowOf(root, section, key, isRequired(root, [], section) && isRequired(root, path, key)),
    );
    const open = schemas.some((schema) => isOpen(schema["additionalProperties"]));
    return open || keys.length === 0 ? [...rows, anyKey(section, schemas)] : rows;
  });
}

function rowOf(root: SchemaObject, section: string, key: string, required: boolean): SettingsRow {
  const schemas = schemasAt(root, [section, key]);
  const given = first(schemas, "default") ?? defaultInSection(root, section, key);
  return {
    section,
    key,
    type: typeText(schemas),
    default: given === undefined ? undefined : toJson(given),
    required: required && given === undefined,
    secret: schemas.some((schema) => schema["x-secret"] === true),
    description: String(first(schemas, "description") ?? first(schemas, "title") ?? ""),
  };
}

function anyKey(section: string, schemas: readonly SchemaObject[]): SettingsRow {
  const values = schemas.map((schema) => schema["additionalProperties"]).filter(isJsonObject);
  const description = String(first(schemas, "description") ?? "");
  return {
    section,
    key: "",
    type: typeText(values) || "any key",
    default: undefined,
    required: false,
    secret: false,
    description,
  };
}

/** Where the default of a whole section has the key. */
function defaultInSection(root: SchemaObject, section: string, key: string): unknown {
  const whole = first(schemasAt(root, [section]), "default");
  return isJsonObject(whole) ? whole[key] : undefined;
}

function ordered(root: SchemaObject, path: readonly string[]): string[] {
  const keys = keysOf(schemasAt(root, path));
  const place = (key: string): number => {
    const order = first(schemasAt(root, [...path, key]), "x-order");
    return typeof order === "number" ? order : Number.POSITIVE_INFINITY;
  };
  const places = new Map(keys.map((key) => [key, place(key)]));
  return keys.toSorted((a, b) => {
    const [one = 0, other = 0] = [places.get(a), places.get(b)];
    return one === other ? 0 : one - other;
  });
}

function isRequired(root: SchemaObject, path: readonly string[], key: string): boolean {
  return schemasAt(root, path).some(({ required }) => Array.isArray(required) && required.includes(key));
}

/** The type, and what narrows it: "integer 1..65535", "a|b". */
function typeText(schemas: readonly SchemaObject[]): string {
  const fixed = schemas.flatMap((schema) => (Array.isArray(schema["enum"]) ? schema["enum"] : []));
  if (fixed.length > 0) return fixed.map(String).join("|");
  const types = [...typesOf(schemas)].filter((type) => type !== "null");
  const low = first(schemas, "minimum") ?? exclusive(">", first(schemas, "exclusiveMinimum"));
  const high = first(schemas, "maximum") ?? exclusive("<", first(schemas, "exclusiveMaximum"));
  // Languages write their own largest whole number as a bound.
  const bounds = [low, high].map((bound) => (Math.abs(Number(bound)) >= Number.MAX_SAFE_INTEGER ? undefined : bound));
  const range = bounds.every((bound) => bound === undefined) ? "" : ` ${bounds[0] ?? ""}..${bounds[1] ?? ""}`;
  return `${types.join("|")}${range}`;
}

function exclusive(sign: string, bound: unknown): string | undefined {
  return bound === undefined ? undefined : `${sign}${String(bound)}`;
}

function first(schemas: readonly SchemaObject[], word: string): unknown {
  return schemas.find((schema) => schema[word] !== undefined)?.[word];
}

function isOpen(additional: unknown): boolean {
  return additional === true || (isJsonObject(additional) && Object.keys(additional).length > 0);
}
