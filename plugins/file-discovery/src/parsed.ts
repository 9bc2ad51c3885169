import type { FoundResource } from "./entry.js";
import type { Place } from "./json-text.js";

/** One entry of a source: a resource, or why it is none. */
export type ParsedEntry =
  | { readonly kind: "resource"; readonly line: number; readonly resource: FoundResource }
  | { readonly kind: "bad"; readonly line: number; readonly reason: string };

/** What a text holds: its entries, or where it stops to be readable. A line of 0 means the text as a whole. */
export type Parsed =
  | { readonly kind: "entries"; readonly entries: readonly ParsedEntry[] }
  | { readonly kind: "unreadable"; readonly place: Place; readonly reason: string };

/** Values as they stand in a text, each with its line. */
export type Listed =
  | { readonly kind: "list"; readonly values: readonly { readonly value: unknown; readonly line: number }[] }
  | { readonly kind: "unreadable"; readonly place: Place; readonly reason: string };

export const wholeText: Place = { line: 0, column: 0 };

/** A JSON or YAML value that is an object and no list. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What a value is, in a word, for people. */
export function kindOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "a list" : typeof value === "object" ? "an object" : `a ${typeof value}`;
}
