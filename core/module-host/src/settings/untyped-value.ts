import type { SettingsPath } from "./pointer.js";
import { fixedTexts, type SchemaObject, schemasAt, typesOf } from "./schema-at.js";

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A text of the file, or a list of them, before references are filled in. */
export type UntypedValue =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "list"; readonly texts: readonly string[] }
  | { readonly kind: "json"; readonly value: Json };

/** What a text of an INI file stands for where the schema wants more than text: a list with commas, or JSON. */
export function untypedValue(root: SchemaObject, path: SettingsPath, text: string): UntypedValue {
  const schemas = schemasAt(root, path);
  const types = typesOf(schemas);
  if (types.has("string") || fixedTexts(schemas).has(text)) return { kind: "text", text };
  const trimmed = text.trim();
  if ((types.has("array") && trimmed.startsWith("[")) || (types.has("object") && trimmed.startsWith("{"))) {
    const value = parseJson(trimmed);
    if (value !== undefined) return { kind: "json", value };
  }
  return types.has("array") ? { kind: "list", texts: splitList(text) } : { kind: "text", text };
}

/** The words people use for true and false, where the schema wants nothing else. The rest is left to the schema. */
export function untypedScalar(root: SchemaObject, path: SettingsPath, text: string): Json {
  const schemas = schemasAt(root, path);
  const types = typesOf(schemas);
  if (types.has("string") || fixedTexts(schemas).has(text)) return text;
  const word = text.trim().toLowerCase();
  if (types.has("boolean")) {
    if (["true", "yes", "on", "1"].includes(word)) return true;
    if (["false", "no", "off", "0"].includes(word)) return false;
  }
  if (types.has("integer") || types.has("number")) {
    const number = Number(word);
    if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/.test(word) && Number.isFinite(number)) return number;
  }
  return text;
}

/** Parts between commas, without the blanks around them. A part in double quotes may hold commas. */
function splitList(text: string): string[] {
  const parts: string[] = [];
  for (const [, part = ""] of text.matchAll(/\s*("(?:[^"\\]|\\.)*"|[^,]*?)\s*(?:,|$)/g)) {
    const quoted = part.startsWith('"') ? parseJson(part) : undefined;
    if (typeof quoted === "string") parts.push(quoted);
    else if (part !== "") parts.push(part);
  }
  return parts;
}

function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
