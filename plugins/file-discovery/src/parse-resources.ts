import { type Defaults, type Judged, judgeEntry, type TextField, textFields } from "./entry.js";
import { isRecord, kindOf, type Listed, type Parsed } from "./parsed.js";

/** Keys that Panoptes writes and that mean nothing here. */
const ignored = new Set(["plugin", "creation_timestamp"]);
const known = [...textFields, "metadata", "parents", "ttl_s"];

/** Entries that each are a resource. Field names may carry the prefix `resource_` of Panoptes. */
export function parseResources(listed: Listed, defaults: Defaults): Parsed {
  if (listed.kind === "unreadable") return listed;
  return {
    kind: "entries",
    entries: listed.values.map(({ value, line }) => ({ line, ...judge(value, defaults) })),
  };
}

function judge(value: unknown, defaults: Defaults): Judged {
  if (!isRecord(value)) return { kind: "bad", reason: `a resource is an object, this is ${kindOf(value)}` };
  const problems: string[] = [];
  const fields: Partial<Record<TextField, string>> = {};
  let metadata: ReadonlyMap<string, string> = new Map();
  const rest: { parents?: readonly string[]; ttl?: string } = {};
  for (const [rawKey, item] of Object.entries(value)) {
    const key = rawKey.toLowerCase().replace(/^resource_/, "");
    if (ignored.has(key) || item === null) continue;
    const field = textFields.find((name) => name === key);
    if (field) {
      const text = scalarText(item);
      if (text === undefined) problems.push(`${rawKey} is ${kindOf(item)}, a text is expected`);
      else fields[field] = text;
    } else if (key === "metadata") metadata = metadataOf(item, problems);
    else if (key === "parents") rest.parents = parentsOf(item, problems);
    else if (key === "ttl_s" || key === "ttl") rest.ttl = scalarText(item) ?? kindOf(item);
    else
      problems.push(
        `the key ${JSON.stringify(rawKey)} is unknown (known: ${known.join(", ")}; facts of your own go under metadata)`,
      );
  }
  return judgeEntry(fields, metadata, rest, defaults, problems);
}

function metadataOf(value: unknown, problems: string[]): ReadonlyMap<string, string> {
  const facts = new Map<string, string>();
  if (!isRecord(value)) {
    problems.push(`metadata is ${kindOf(value)}, an object is expected`);
    return facts;
  }
  for (const [key, item] of Object.entries(value)) {
    if (item === null) continue;
    const text = scalarText(item);
    if (text === undefined) problems.push(`metadata.${key} is ${kindOf(item)}, a text is expected`);
    else facts.set(key, text);
  }
  return facts;
}

function parentsOf(value: unknown, problems: string[]): readonly string[] {
  if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value;
  problems.push("parents is no list of resource ids");
  return [];
}

function scalarText(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}
