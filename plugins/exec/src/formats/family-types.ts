const types = [
  "counter",
  "gauge",
  "histogram",
  "gaugehistogram",
  "summary",
  "stateset",
  "info",
  "unknown",
  "untyped",
] as const;

/** Suffixes of samples by the type of their family. */
const suffixes: Readonly<Record<string, readonly string[]>> = {
  counter: ["_total", "_created"],
  histogram: ["_bucket", "_sum", "_count", "_created"],
  gaugehistogram: ["_bucket", "_gsum", "_gcount"],
  summary: ["_sum", "_count", "_created"],
  info: ["_info"],
};

/** What a sample is. `sum`: grows, unless negative values are summed up. `quantile`: NaN where nothing was observed. */
export type SampleKind = "gauge" | "counter" | "sum" | "quantile" | "left_out";

export function isKnownType(type: string): boolean {
  return types.some((one) => one === type);
}

/** The type of the family that a sample belongs to, with what of its name comes behind the family's; undefined where no
 *  `# TYPE` says it. */
export function familyTypeOf(
  name: string,
  known: ReadonlyMap<string, string>,
): { readonly type: string; readonly suffix: string } | undefined {
  const own = known.get(name);
  if (own !== undefined) return { type: own, suffix: "" };
  const at = name.lastIndexOf("_");
  const family = name.slice(0, Math.max(0, at));
  const suffix = name.slice(at);
  const type = known.get(family);
  return type !== undefined && suffixes[type]?.includes(suffix) ? { type, suffix } : undefined;
}

export function sampleKind(
  name: string,
  family: { readonly type: string; readonly suffix: string } | undefined,
  labels: Readonly<Record<string, string>>,
): SampleKind {
  if (family?.suffix === "_created") return "left_out";
  switch (family?.type) {
    case "counter":
      return "counter";
    case "histogram":
      return family.suffix === "_sum" ? "sum" : "counter";
    case "summary":
      if (family.suffix === "") return "quantile" in labels ? "quantile" : "gauge";
      return family.suffix === "_sum" ? "sum" : "counter";
    case undefined:
      // Whoever gives no types still follows the naming rule of counters.
      return name.endsWith("_total") ? "counter" : "gauge";
    default:
      return "gauge";
  }
}
