import { nearest, type Problem } from "@ocelli/model";
import type { ErrorObject } from "ajv/dist/2020.js";
import type { Leaf } from "./leaves.js";
import { fromPointer, type SettingsPath, toPointer } from "./pointer.js";
import { keysOf, schemasAt } from "./schema-at.js";
import { sentenceOf } from "./schema-sentences.js";
import { nameOf, settingsLines } from "./settings-lines.js";
import type { SettingsSchema } from "./settings-schema.js";
import type { SettingsSource } from "./settings-source.js";

/** Everything in which `values` departs from the schema, with file and line, and never with a secret in it. */
export function schemaProblems(
  source: SettingsSource,
  schema: SettingsSchema,
  values: unknown,
  leaves: readonly Leaf[],
): Problem[] {
  if (schema.validate(values)) return [];
  const lines = settingsLines(source.settings);
  const missing = new Set(leaves.filter((leaf) => leaf.missing.length > 0).map((leaf) => toPointer(leaf.path)));
  const hidden = leaves.filter((leaf) => leaf.hidden).map((leaf) => toPointer(leaf.path));
  const isHidden = (pointer: string): boolean =>
    hidden.some((one) => one === pointer || one.startsWith(`${pointer}/`) || pointer.startsWith(`${one}/`));
  return withoutBranches(schema.validate.errors ?? [])
    .filter((error) => !missing.has(error.instancePath))
    .map((error): Problem => {
      const unknown = unknownKey(error);
      if (unknown !== undefined) return unknownProblem(source, schema, fromPointer(error.instancePath), unknown);
      const path = fromPointer(error.instancePath);
      const lacking = error.params["missingProperty"];
      const place = typeof lacking === "string" && error.keyword === "required" ? [...path, lacking] : path;
      return {
        file: source.file,
        line: lines.lineOf(place),
        message: `${nameOf(place)} ${sentenceOf(error, isHidden(error.instancePath))}`,
      };
    });
}

function unknownKey(error: ErrorObject): string | undefined {
  const key = error.params["additionalProperty"] ?? error.params["unevaluatedProperty"];
  return typeof key === "string" ? key : undefined;
}

function unknownProblem(source: SettingsSource, schema: SettingsSchema, path: SettingsPath, key: string): Problem {
  const known = keysOf(schemasAt(schema.root, path)).filter((name) => path.length > 0 || name !== "ocelli");
  const near = nearest(key, known);
  const quote = (name: string): string => (path.length === 0 ? `[${name}]` : `"${name}"`);
  const kind = path.length === 0 ? "section" : `key in ${nameOf(path)}`;
  const list = known.length === 0 ? "there is none" : `known are ${known.map(quote).join(", ")}`;
  return {
    file: source.file,
    line: settingsLines(source.settings).lineOf([...path, key]),
    message: `${quote(key)} is not a known ${kind}: ${near === undefined ? list : `did you mean ${quote(near)}?`}`,
  };
}

/** A value that fits no branch of an anyOf fails once for each: the branches' own errors are left out where the words of
 *  the whole say it, and stay where one branch came close. */
function withoutBranches(errors: readonly ErrorObject[]): ErrorObject[] {
  const wholes = errors.filter(({ keyword }) => keyword === "anyOf" || keyword === "oneOf");
  const inside = (error: ErrorObject, whole: ErrorObject): boolean =>
    error !== whole && error.schemaPath.startsWith(`${whole.schemaPath}/`);
  return errors
    .filter((error) => error.keyword !== "if" && !wholes.some((whole) => inside(error, whole)))
    .map((error) => {
      if (!wholes.includes(error)) return error;
      const branches = errors.filter((other) => inside(other, error));
      return branches.length === 1 && branches[0] ? branches[0] : { ...error, params: { ...error.params, branches } };
    });
}
