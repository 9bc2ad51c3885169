/** A JSON text that is written as it stands. */
export class RawJson {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A value that can be written as JSON. Maps are objects whose keys come from outside. */
export type Json =
  | null
  | boolean
  | number
  | bigint
  | string
  | RawJson
  | readonly Json[]
  | ReadonlyMap<string, Json>
  | { readonly [key: string]: Json };

/** JSON on one line. Unlike `JSON.stringify` it writes whole numbers of any size with all their digits. */
export function toJson(value: Json): string {
  if (typeof value === "bigint") return String(value);
  if (value === null || typeof value !== "object") return JSON.stringify(value) ?? "null";
  if (value instanceof RawJson) return value.text;
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(toJson).join(",")}]`;
  const entries = value instanceof Map ? [...(value as ReadonlyMap<string, Json>)] : Object.entries(value as object);
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${toJson(item as Json)}`).join(",")}}`;
}
