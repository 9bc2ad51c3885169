import { isJsonObject, messageOf, nearest, OcelliError } from "@ocelli/model";
import { z } from "zod";
import { kindOf } from "./json-kind.js";
import { setAt, toPointer, valueAt } from "./json-pointer.js";

/** One thing that is wrong with settings, or worth a look. */
export interface Diagnostic {
  /** An error unless said otherwise. */
  readonly severity?: "error" | "warning";
  /** JSON pointer into the settings, such as "/snmp/timeout_s". */
  readonly path: string;
  readonly summary: string;
  /** What to do about it. */
  readonly detail?: string;
}

export type SettingsOutcome =
  | { readonly kind: "good"; readonly settings: unknown }
  | { readonly kind: "bad"; readonly diagnostics: readonly Diagnostic[] };

/** What stands for a secret while settings are only looked at. */
const placeholder = "***";

/** The JSON Schema (2020-12) of what may be written; secrets carry `x-secret`. */
export function settingsSchemaJson(schema: z.ZodType): string {
  return JSON.stringify(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }));
}

/** Settings with their secrets put back in. Throws "invalid" on what is no JSON object. */
export function mergeSecrets(json: string, secrets: Readonly<Record<string, string>>): Record<string, unknown> {
  const settings = parseJson(json);
  if (!isJsonObject(settings)) throw new OcelliError("invalid", `settings are a JSON object, not ${kindOf(settings)}`);
  const merged = structuredClone(settings) as Record<string, unknown>;
  for (const [pointer, value] of Object.entries(secrets)) setAt(merged, pointer, value);
  return merged;
}

/** The settings as the schema reads them, or everything that is wrong with them. With `secretsHidden` a value of `***`
 *  is never wrong. */
export function parseSettings(schema: z.ZodType, input: unknown, secretsHidden = false): SettingsOutcome {
  const outcome = schema.safeParse(input);
  if (outcome.success) return { kind: "good", settings: outcome.data };
  const known: unknown = JSON.parse(settingsSchemaJson(schema));
  const diagnostics = outcome.error.issues
    .filter((issue) => !secretsHidden || valueAt(input, issue.path) !== placeholder)
    .flatMap((issue) => diagnosticsOf(issue, input, known));
  return { kind: "bad", diagnostics };
}

function diagnosticsOf(issue: z.core.$ZodIssue, input: unknown, schema: unknown): Diagnostic[] {
  const path = toPointer(issue.path);
  if (issue.code === "unrecognized_keys") {
    const candidates = keysAt(schema, issue.path);
    return issue.keys.map((key) => {
      const near = nearest(key, candidates);
      const known = candidates.length === 0 ? "no keys are known here" : `known here: ${candidates.join(", ")}`;
      const detail = near === undefined ? known : `did you mean ${near}?`;
      return { path: toPointer([...issue.path, key]), summary: `unknown key ${key}`, detail };
    });
  }
  if (issue.code === "invalid_type" && valueAt(input, issue.path) === undefined) {
    return [{ path, summary: `${String(issue.path.at(-1) ?? "the settings")} is missing`, detail: issue.message }];
  }
  if (issue.code === "invalid_union") {
    const options = issue.errors.flat().map((one) => one.message);
    return [{ path, summary: issue.message, detail: [...new Set(options)].join(", or: ") }];
  }
  return [{ path, summary: issue.message }];
}

/** The keys that a JSON Schema knows at a path. */
function keysAt(schema: unknown, path: readonly PropertyKey[]): string[] {
  const place = path.reduce<unknown>((at, key) => {
    return typeof key === "number" ? valueAt(at, ["items"]) : valueAt(at, ["properties", key]);
  }, schema);
  const properties = valueAt(place, ["properties"]);
  return isJsonObject(properties) ? Object.keys(properties) : [];
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new OcelliError("invalid", `settings are no JSON: ${messageOf(error)}`, { cause: error });
  }
}
