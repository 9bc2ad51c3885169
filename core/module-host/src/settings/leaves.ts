import type { SettingsSection } from "@ocelli/model";
import type { SettingsPath } from "./pointer.js";
import { type ReferenceResolver, resolveText } from "./references.js";
import { type SchemaObject, schemasAt } from "./schema-at.js";
import { type Json, untypedScalar, untypedValue } from "./untyped-value.js";

/** One value of the file with its place: a key, or one element of a list. */
export interface Leaf {
  readonly path: SettingsPath;
  readonly value: Json;
  /** Never to be shown: marked by the schema, or a text that came from elsewhere. */
  readonly secret: boolean;
  /** Never to be shown in words, be it a number: some of it came from elsewhere. */
  readonly hidden: boolean;
  /** Why references in it are missing. */
  readonly missing: readonly string[];
}

/** Every value of the sections with its references filled in and its type guessed from the schema. Lists are cut before
 *  references are filled in, so that a secret may hold commas. */
export async function readLeaves(
  sections: readonly SettingsSection[],
  schema: SchemaObject,
  resolver: ReferenceResolver,
): Promise<Leaf[]> {
  const leaves: Leaf[] = [];
  for (const section of sections) {
    for (const entry of section.entries) {
      const path = [section.name, entry.key];
      const untyped = untypedValue(schema, path, entry.value);
      switch (untyped.kind) {
        case "json": {
          const secret = isSecret(schema, path);
          leaves.push({ path, value: untyped.value, secret, hidden: secret, missing: [] });
          break;
        }
        case "text":
          leaves.push(await leafOf(schema, path, untyped.text, resolver));
          break;
        case "list":
          for (const [i, text] of untyped.texts.entries()) {
            leaves.push(await leafOf(schema, [...path, String(i)], text, resolver));
          }
          break;
      }
    }
  }
  return leaves;
}

async function leafOf(
  schema: SchemaObject,
  path: SettingsPath,
  raw: string,
  resolver: ReferenceResolver,
): Promise<Leaf> {
  const { text, referred, missing } = await resolveText(raw, resolver);
  const value = untypedScalar(schema, path, text);
  const marked = isSecret(schema, path);
  return {
    path,
    value: marked ? text : value,
    secret: marked || (referred && typeof value === "string"),
    hidden: marked || referred,
    missing,
  };
}

/** Whether the schema marks the place, or one around it, as secret. */
function isSecret(schema: SchemaObject, path: SettingsPath): boolean {
  return path.some((_, i) => schemasAt(schema, path.slice(0, i + 1)).some((part) => part["x-secret"] === true));
}
