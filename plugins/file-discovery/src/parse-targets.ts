import { type Defaults, judgeEntry, type TextField, textFields } from "./entry.js";
import { isRecord, kindOf, type Listed, type Parsed, type ParsedEntry } from "./parsed.js";

/** Which labels say what each field is, the first that is there and not empty. `__address__` is the target itself. */
export type LabelMap = Readonly<Record<TextField, readonly string[]>>;

export const defaultLabelMap: LabelMap = {
  id: ["resource_id", "__meta_netbox_name", "__address__"],
  site: ["site", "datacenter", "__meta_netbox_site_slug", "__meta_netbox_site"],
  class: ["class", "job"],
  subclass: ["subclass", "__meta_netbox_role_slug", "__meta_netbox_role"],
  type: ["type", "__meta_netbox_platform_slug", "__meta_netbox_platform"],
  endpoint: ["endpoint", "__address__"],
};

/** Groups of targets as Prometheus' file_sd and http_sd have them: `[{"targets": ["a:1"], "labels": {"k": "v"}}]`.
 *  Every target is a resource, and every label, those in `__meta_` as well, a fact of its metadata. */
export function parseTargets(listed: Listed, map: LabelMap, defaults: Defaults): Parsed {
  if (listed.kind === "unreadable") return listed;
  return {
    kind: "entries",
    entries: listed.values.flatMap(({ value, line }) => judgeGroup(value, line, map, defaults)),
  };
}

/** Whether a list looks like groups of targets rather than like resources. */
export function looksLikeTargets(listed: Listed): boolean {
  return listed.kind === "list" && listed.values.some(({ value }) => isRecord(value) && "targets" in value);
}

function judgeGroup(value: unknown, line: number, map: LabelMap, defaults: Defaults): ParsedEntry[] {
  const bad = (reason: string): ParsedEntry[] => [{ kind: "bad", line, reason }];
  if (!isRecord(value)) return bad(`a group of targets is an object, this is ${kindOf(value)}`);
  const unknown = Object.keys(value).filter((key) => key !== "targets" && key !== "labels");
  if (unknown.length > 0) return bad(`the key ${JSON.stringify(unknown[0])} is unknown (known: targets, labels)`);
  const targets = value["targets"];
  if (!Array.isArray(targets)) return bad(`targets is ${kindOf(targets)}, a list of host:port is expected`);
  const given = value["labels"] ?? {};
  if (!isRecord(given)) return bad(`labels is ${kindOf(given)}, an object is expected`);
  const wrong = Object.entries(given).find(([, text]) => typeof text !== "string");
  if (wrong) return bad(`the label ${wrong[0]} is ${kindOf(wrong[1])}, a text is expected`);
  const labels = new Map(Object.entries(given as Readonly<Record<string, string>>));
  return targets.map((target: unknown) => judgeTarget(target, labels, line, map, defaults));
}

function judgeTarget(
  target: unknown,
  labels: ReadonlyMap<string, string>,
  line: number,
  map: LabelMap,
  defaults: Defaults,
): ParsedEntry {
  if (typeof target !== "string" || target === "") {
    return {
      kind: "bad",
      line,
      reason: `a target is a text such as "10.0.0.1:161", this is ${JSON.stringify(target)}`,
    };
  }
  const fields: Partial<Record<TextField, string>> = {};
  for (const field of textFields) {
    for (const label of map[field]) {
      const text = label === "__address__" ? target : labels.get(label);
      if (!text) continue;
      fields[field] = text;
      break;
    }
  }
  return { line, ...judgeEntry(fields, labels, {}, defaults) };
}
