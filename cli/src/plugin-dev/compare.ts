import type { Kind, PollStatus, Result } from "@ocelli/model";
import type { Found } from "../views/found-text.js";
import { compareMetrics } from "./compare-metrics.js";
import type { DataComparison, Difference } from "./difference.js";
import { factLeaves, type ResourceLeaves, resourceLeaves } from "./leaves.js";

/** `values`: the same things, of which gauges have other values. `differs`: other things, or another status. */
export type Verdict = "same" | "values" | "differs";

export interface Comparison extends DataComparison {
  readonly verdict: Verdict;
}

type LiveSide = Pick<Result, "kind" | "status" | "groups" | "sets" | "discovery">;
type ShadowSide = Pick<Found, "status" | "groups" | "sets" | "discovery">;

/** What a live run found beside what its copy found. Of a side that failed there is nothing to compare. */
export function compareRuns(live: LiveSide, shadow: ShadowSide): Comparison {
  const isWhole = hasData(live.status) && hasData(shadow.status);
  const data = isWhole ? compareData(live.kind, live, shadow) : nothing;
  return { ...data, verdict: verdictOf(live.status === shadow.status, data) };
}

const nothing: DataComparison = { compared: 0, same: 0, grown: [], differences: [] };

/** A run that failed brings no more than its status. */
function hasData(status: PollStatus): boolean {
  return status === "success" || status === "partial" || status === "missing_metrics";
}

function verdictOf(isSameStatus: boolean, { differences }: DataComparison): Verdict {
  if (!isSameStatus || differences.some(({ kind }) => kind !== "gauge")) return "differs";
  return differences.length > 0 ? "values" : "same";
}

function compareData(kind: Kind, live: LiveSide, shadow: ShadowSide): DataComparison {
  switch (kind) {
    case "polling":
      return compareMetrics(live.groups, shadow.groups);
    case "enrichment":
      return compareLeaves(factLeaves(live.sets), factLeaves(shadow.sets));
    case "discovery":
      return compareLeaves(...bothFound(resourceLeaves(live.discovery), resourceLeaves(shadow.discovery)));
    case "sink":
      return nothing;
  }
}

/** Without the fields of a resource that only one side found: that it did says it all. */
function bothFound(
  live: ResourceLeaves,
  shadow: ResourceLeaves,
): [ReadonlyMap<string, string>, ReadonlyMap<string, string>] {
  const fieldsOf = (side: ResourceLeaves, other: ResourceLeaves): [string, string][] =>
    [...side.byResource].flatMap(([id, fields]) => (other.byResource.has(id) ? [...fields] : [[id, "found"]]));
  return [
    new Map([...live.summary, ...fieldsOf(live, shadow)]),
    new Map([...shadow.summary, ...fieldsOf(shadow, live)]),
  ];
}

/** By subject; a value is a difference whatever it is. */
function compareLeaves(live: ReadonlyMap<string, string>, shadow: ReadonlyMap<string, string>): DataComparison {
  const subjects = new Set([...live.keys(), ...shadow.keys()]);
  const differences: Difference[] = [];
  for (const subject of subjects) {
    const [a, b] = [live.get(subject), shadow.get(subject)];
    if (a === b) continue;
    if (a === undefined) differences.push({ subject, kind: "only_shadow", shadow: b ?? "" });
    else if (b === undefined) differences.push({ subject, kind: "only_live", live: a });
    else differences.push({ subject, kind: "content", live: a, shadow: b });
  }
  return { compared: subjects.size, same: subjects.size - differences.length, grown: [], differences };
}
