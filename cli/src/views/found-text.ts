import type { EnrichmentSet, Fault, Kind, Metric, MetricGroup, PollStatus, Resource } from "@ocelli/model";
import { toJson } from "../display/json.js";
import { pad, printable, widthOf } from "../display/printable.js";
import { table } from "../output.js";
import { kindText } from "./resource-view.js";
import { jsonOf } from "./result-view.js";

/** What one run found, wherever it ran. */
export interface Found {
  readonly kind: Kind;
  readonly status: PollStatus;
  readonly fault: Fault | undefined;
  readonly groups: readonly MetricGroup[];
  readonly sets: readonly EnrichmentSet[];
  readonly discovery:
    | {
        readonly resources: readonly Resource[];
        readonly summary: { readonly complete: boolean; readonly scopes: readonly string[] } | undefined;
      }
    | undefined;
  /** What a sink did with the records it was given. */
  readonly receipt?: {
    readonly stored: number;
    readonly refused: readonly { readonly position: number; readonly reason: string }[];
  };
}

/** Of what a run found before it failed so much is shown: one that found without an end would hide why. */
const shownOfFailed = 20;

/** What was found, for people: metrics by group, a table of resources, or facts as JSON. Empty where there is nothing. */
export function foundText(found: Found): string {
  const most = found.fault ? shownOfFailed : Number.POSITIVE_INFINITY;
  switch (found.kind) {
    case "polling":
      return metricBlocks(found.groups.slice(0, most)) + more(found.groups.length - most);
    case "enrichment":
      return found.sets.map(setText).join("");
    case "discovery":
      return resourceTable(resourcesOf(found).slice(0, most)) + more(resourcesOf(found).length - most);
    case "sink":
      return refusedTable(found.receipt?.refused ?? []);
  }
}

function resourcesOf({ discovery }: Found): readonly Resource[] {
  return discovery?.resources ?? [];
}

function more(count: number): string {
  return count > 0 ? `… and ${count} more: -o json has them all\n` : "";
}

/** A block for each group: what it is about, and below it its numbers. */
function metricBlocks(groups: readonly MetricGroup[]): string {
  const widthBy = (of: (metric: Metric) => string): number =>
    groups.flatMap(({ metrics }) => metrics.map((metric) => widthOf(of(metric)))).reduce((a, b) => Math.max(a, b), 0);
  const nameWidth = widthBy(({ name }) => name);
  const valueWidth = widthBy(({ value }) => String(value));
  const block = ({ name, dimensions, metrics }: MetricGroup): string[] => [
    [name, ...dimensions.map(dimensionText)].map(printable).join(" "),
    ...metrics.map((metric) => {
      const value = pad(String(metric.value), valueWidth, "right");
      return `  ${pad(printable(metric.name), nameWidth)}  ${metric.type.padEnd("counter".length)}  ${value}`;
    }),
  ];
  return groups
    .flatMap(block)
    .map((line) => `${line}\n`)
    .join("");
}

function dimensionText({ name, value }: MetricGroup["dimensions"][number]): string {
  return `${name}=${/^[^\s"=]+$/.test(value) ? value : JSON.stringify(value)}`;
}

function setText({ namespace, schema, ttlS, resourceId, dataJson }: EnrichmentSet): string {
  const of = resourceId === "" ? "" : ` of ${printable(resourceId)}`;
  const version = schema === "" ? "" : ` ${printable(schema)}`;
  const data = toJson(jsonOf(dataJson), 2).split("\n").map(printable).join("\n");
  return `${printable(namespace)}${version}${of}, holds for ${ttlS} s\n${data}\n`;
}

function resourceTable(resources: readonly Resource[]): string {
  if (resources.length === 0) return "";
  return table(resources, [
    { title: "resource", of: ({ id }) => id },
    { title: "endpoint", of: ({ endpoint }) => endpoint || "-" },
    { title: "kind", of: (resource) => kindText(resource) || "-" },
    { title: "site", of: ({ site }) => site || "-" },
    {
      title: "metadata",
      of: ({ metadata }) =>
        Object.entries(metadata)
          .map(([key, value]) => `${key}=${value}`)
          .join(" ") || "-",
    },
  ]);
}

function refusedTable(refused: NonNullable<Found["receipt"]>["refused"]): string {
  if (refused.length === 0) return "";
  return table(refused, [
    { title: "refused", of: ({ position }) => `record ${position}` },
    { title: "why", of: ({ reason }) => reason },
  ]);
}

/** How a run went and how much it found, in one line. */
export function summaryText({ kind, status, fault, groups, sets, discovery, receipt }: Found): string {
  const how = fault ? `${status}: ${printable(fault.message)}` : status;
  switch (kind) {
    case "polling": {
      const metrics = groups.reduce((sum, group) => sum + group.metrics.length, 0);
      return `${how}; ${counted(metrics, "metric")} in ${counted(groups.length, "group")}`;
    }
    case "enrichment":
      return `${how}; ${counted(sets.length, "set")} of facts`;
    case "discovery": {
      const summary = discovery?.summary;
      const whole = !summary
        ? "not complete"
        : summary.complete
          ? "complete"
          : "not complete, so nothing is removed for it";
      return `${how}; ${counted(discovery?.resources.length ?? 0, "resource")}, ${whole}`;
    }
    case "sink":
      return `${how}; ${counted(receipt?.stored ?? 0, "record")} stored, ${receipt?.refused.length ?? 0} refused`;
  }
}

function counted(count: number, of: string): string {
  return `${count} ${of}${count === 1 ? "" : "s"}`;
}
