import type { InterfaceFacts } from "./facts.js";

/** Facts as they come back: any of them may be missing, and anything may stand in their place. */
export type StoredFacts = Readonly<Partial<Record<keyof InterfaceFacts, unknown>>>;

/** Facts by interface index, out of what is kept in the namespace `interface`: `{index: facts}` as this module stores
 *  it, or as Panoptes does, `{data: …, metadata: …}` around it, and `data` also as a list of `{index: facts}`. What is
 *  no interface, such as Panoptes' `resource_id`, is left out. */
export function readStoredFacts(stored: unknown): Map<string, StoredFacts> {
  const outer =
    isRecord(stored) && (isRecord(stored["data"]) || Array.isArray(stored["data"])) ? stored["data"] : stored;
  const parts = Array.isArray(outer) ? outer : [outer];
  const found = new Map<string, StoredFacts>();
  for (const part of parts) {
    if (!isRecord(part)) continue;
    for (const [index, facts] of Object.entries(part))
      if (/^\d+$/.test(index) && isRecord(facts)) found.set(index, facts);
  }
  return found;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
