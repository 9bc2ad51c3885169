import { escaped } from "./labels.js";

export interface Sample {
  /** `a="1",b="2"`, unique in its family. */
  readonly labels: string;
  readonly value: number | bigint;
}

/** Series of one name. A counter's name is without `_total`. */
export interface Family {
  readonly name: string;
  readonly type: "gauge" | "counter";
  readonly help: string;
  readonly samples: Iterable<Sample>;
}

export type ExpositionFormat = "openmetrics" | "text";

export const contentTypes: Readonly<Record<ExpositionFormat, string>> = {
  openmetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8",
  text: "text/plain; version=0.0.4; charset=utf-8",
};

/** The text of a scrape: OpenMetrics 1.0 or Prometheus' text format 0.0.4. They differ in the name of a counter's family
 *  and in the mark of the end. */
export function expose(families: Iterable<Family>, format: ExpositionFormat): string {
  const lines: string[] = [];
  for (const { name, type, help, samples } of families) {
    const sampleName = type === "counter" ? `${name}_total` : name;
    const familyName = format === "openmetrics" ? name : sampleName;
    lines.push(`# HELP ${familyName} ${format === "openmetrics" ? escaped(help) : escapedPlain(help)}`);
    lines.push(`# TYPE ${familyName} ${type}`);
    for (const { labels, value } of samples) {
      lines.push(`${sampleName}${labels === "" ? "" : `{${labels}}`} ${numberText(value)}`);
    }
  }
  if (format === "openmetrics") lines.push("# EOF");
  return lines.length === 0 ? "" : `${lines.join("\n")}\n`;
}

/** Help texts of the older format know no escaped quote. */
function escapedPlain(text: string): string {
  return text.replace(/[\\\n]/g, (char) => (char === "\n" ? "\\n" : "\\\\"));
}

function numberText(value: number | bigint): string {
  if (value === Number.POSITIVE_INFINITY) return "+Inf";
  return value === Number.NEGATIVE_INFINITY ? "-Inf" : String(value);
}
