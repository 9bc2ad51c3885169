import { messageOf } from "@ocelli/model";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { asObject, type SchemaObject } from "./schema-at.js";

/** A module's settings schema, ready to use. */
export interface SettingsSchema {
  readonly root: SchemaObject;
  readonly validate: ValidateFunction;
}

export type SchemaOutcome =
  | { readonly kind: "schema"; readonly schema: SettingsSchema }
  | { readonly kind: "bad"; readonly reason: string };

/** Reads the JSON Schema (2020-12) that a module describes. An empty text allows anything. */
export function settingsSchema(text: string): SchemaOutcome {
  try {
    const root = text.trim() === "" ? { type: "object" } : asObject(JSON.parse(text));
    if (!root) return { kind: "bad", reason: "its settings schema is not a JSON object" };
    // Formats and unknown words are left to the module, whose own check follows.
    const ajv = new Ajv2020({ allErrors: true, strict: false, validateFormats: false, logger: false, verbose: true });
    return { kind: "schema", schema: { root, validate: ajv.compile(root) } };
  } catch (error) {
    return { kind: "bad", reason: `its settings schema is not a JSON Schema of 2020-12: ${messageOf(error)}` };
  }
}
