import { type Metric, type MetricGroup, MetricType } from "@ocelli/proto/resource";
import { isName, quoted } from "./names.js";

/** What tells groups of one result apart. */
interface Named {
  readonly name: string;
  readonly dimensions: readonly { readonly name: string; readonly value: string }[];
}

/** What is wrong with a group of metrics, as a sentence; undefined where nothing is. `seen` keeps the groups of one
 *  result apart and is added to. */
export function groupProblem(group: MetricGroup, seen: Set<string>): string | undefined {
  if (group.name === "") return "a metric group has no name";
  const where = `group ${quoted(group.name)}`;
  if (group.atMs < 0n) return `${where} was read before 1970 (at_ms is ${group.atMs})`;
  const dimensions = new Set<string>();
  for (const { name } of group.dimensions) {
    if (!isName(name)) return `${where} has a dimension named ${quoted(name)}: ${nameRule}`;
    if (dimensions.has(name)) return `${where} has the dimension ${name} twice`;
    dimensions.add(name);
  }
  const key = groupKey(group);
  if (seen.has(key)) return `${where} comes twice with the same dimensions${dimensionList(group)}`;
  seen.add(key);
  const names = new Set<string>();
  for (const metric of group.metrics) {
    const problem = metricProblem(metric, names);
    if (problem !== undefined) return `${where}: ${problem}`;
    names.add(metric.name);
  }
  return undefined;
}

const nameRule = "a name is a letter or underscore, then letters, digits and underscores";

function metricProblem(metric: Metric, names: ReadonlySet<string>): string | undefined {
  const { name, type, value } = metric;
  if (!isName(name)) return `a metric is named ${quoted(name)}: ${nameRule}`;
  if (names.has(name)) return `the metric ${name} comes twice`;
  if (type !== MetricType.GAUGE && type !== MetricType.COUNTER)
    return `the metric ${name} is neither gauge nor counter`;
  if (value.case === undefined) return `the metric ${name} has no value: leave out what was not measured`;
  if (value.case === "doubleValue" && !Number.isFinite(value.value)) {
    return `the metric ${name} is ${value.value}, which is not a number: leave out what was not measured`;
  }
  // -1 is how Panoptes says that the device has no such counter.
  const counts = value.value >= 0 || Number(value.value) === -1;
  if (type === MetricType.COUNTER && !counts) return `the counter ${name} is negative (${value.value})`;
  return undefined;
}

/** Name and dimensions in one text, whatever their order. */
export function groupKey(group: Named): string {
  if (group.dimensions.length === 0) return group.name;
  const pairs = group.dimensions.map(({ name, value }) => [name, value] as const).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([group.name, ...pairs]);
}

function dimensionList(group: MetricGroup): string {
  const pairs = group.dimensions.map(({ name, value }) => `${name}=${quoted(value)}`);
  return pairs.length === 0 ? "" : ` (${pairs.join(", ")})`;
}
