import type { EnrichmentSet, Resource } from "@ocelli/model";
import { toJson } from "../display/json.js";
import type { Found } from "../views/found-text.js";
import { jsonOf } from "../views/result-view.js";

/** Facts as single values by their place: `interface /1/name` → `"Gi0/1"`. */
export function factLeaves(sets: readonly EnrichmentSet[]): Map<string, string> {
  const leaves = new Map<string, string>();
  for (const { namespace, resourceId, schema, dataJson } of sets) {
    const subject = resourceId === "" ? namespace : `${namespace} of ${resourceId}`;
    leaves.set(`${subject} schema`, schema);
    addLeaves(leaves, subject, "", jsonOf(dataJson));
  }
  return leaves;
}

/** Resources by id as single values by field: `sw-1 endpoint` → `10.0.0.1`. What is empty is left out. */
export interface ResourceLeaves {
  readonly byResource: ReadonlyMap<string, ReadonlyMap<string, string>>;
  readonly summary: ReadonlyMap<string, string>;
}

export function resourceLeaves(discovery: Found["discovery"]): ResourceLeaves {
  const leavesOf = (resource: Resource): Map<string, string> => {
    const filled = fieldsOf(resource).filter(([, value]) => value !== "");
    return new Map(filled.map(([field, value]) => [`${resource.id} ${field}`, value]));
  };
  const summary = discovery?.summary;
  return {
    byResource: new Map((discovery?.resources ?? []).map((one) => [one.id, leavesOf(one)])),
    summary: new Map([
      ["complete", summary ? String(summary.complete) : "no summary"],
      ["scopes", [...(summary?.scopes ?? [])].toSorted().join(", ")],
    ]),
  };
}

function fieldsOf({ id: _id, metadata, parents, ttlS, ...plain }: Resource): [string, string][] {
  return [
    ...Object.entries(plain),
    ["parents", [...parents].toSorted().join(", ")],
    ["ttl_s", ttlS === 0 ? "" : String(ttlS)],
    ...Object.entries(metadata).map(([key, value]): [string, string] => [`metadata.${key}`, value]),
  ];
}

function addLeaves(leaves: Map<string, string>, subject: string, pointer: string, value: unknown): void {
  if (typeof value !== "object" || value === null || Object.keys(value).length === 0) {
    leaves.set(`${subject} ${pointer || "/"}`, toJson(value));
    return;
  }
  for (const [key, one] of Object.entries(value)) {
    const part = key.replaceAll("~", "~0").replaceAll("/", "~1");
    addLeaves(leaves, subject, `${pointer}/${part}`, one);
  }
}
