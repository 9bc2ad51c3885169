import type { Metric, MetricGroup } from "@ocelli/model";
import type { DataComparison, Difference, Grown } from "./difference.js";

interface Series {
  readonly subject: string;
  readonly metric: Metric;
}

/** Metrics by group, dimensions and name. The shadow ran later: its counters may have grown. */
export function compareMetrics(live: readonly MetricGroup[], shadow: readonly MetricGroup[]): DataComparison {
  const before = seriesOf(live);
  const after = seriesOf(shadow);
  const keys = new Set([...before.keys(), ...after.keys()]);
  const differences: Difference[] = [];
  const grown: Grown[] = [];
  for (const key of keys) {
    const [a, b] = [before.get(key), after.get(key)];
    if (a && b) compareTwo(a, b.metric, differences, grown);
    else if (a) differences.push({ subject: a.subject, kind: "only_live", live: a.metric.value });
    else if (b) differences.push({ subject: b.subject, kind: "only_shadow", shadow: b.metric.value });
  }
  return { compared: keys.size, same: keys.size - differences.length - grown.length, grown, differences };
}

function compareTwo({ subject, metric }: Series, shadow: Metric, differences: Difference[], grown: Grown[]): void {
  if (metric.type !== shadow.type) {
    differences.push({ subject, kind: "type", live: metric.type, shadow: shadow.type });
    return;
  }
  const change = changeOf(metric.value, shadow.value);
  const both = { subject, live: metric.value, shadow: shadow.value, change };
  if (Number(change) === 0) return;
  if (metric.type === "gauge") differences.push({ ...both, kind: "gauge" });
  else if (change < 0) differences.push({ ...both, kind: "fell" });
  else grown.push(both);
}

/** Whole numbers keep every digit. */
function changeOf(live: number | bigint, shadow: number | bigint): number | bigint {
  return typeof live === "bigint" && typeof shadow === "bigint" ? shadow - live : Number(shadow) - Number(live);
}

function seriesOf(groups: readonly MetricGroup[]): Map<string, Series> {
  const series = new Map<string, Series>();
  for (const group of groups) {
    if (isStatusOnly(group)) continue;
    const dimensions = [...group.dimensions].sort((a, b) => (a.name < b.name ? -1 : 1));
    const head = [group.name, ...dimensions.map(({ name, value }) => `${name}=${quoted(value)}`)].join(" ");
    for (const metric of group.metrics) {
      const key = JSON.stringify([group.name, dimensions.map(({ name, value }) => [name, value]), metric.name]);
      series.set(key, { subject: `${head} ${metric.name}`, metric });
    }
  }
  return series;
}

/** What a mesh adds to every poll that has no such group of its own. How the runs ended is compared by itself. */
function isStatusOnly({ name, metrics }: MetricGroup): boolean {
  return name === "status" && metrics.length === 1 && metrics[0]?.name === "status";
}

function quoted(value: string): string {
  return /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value);
}
