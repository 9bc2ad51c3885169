/** one series of a scrape, its labels as they were written. */
export interface ParsedSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: string;
}

const label = String.raw`[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*"`;
const samplePattern = new RegExp(
  String.raw`^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(${label}(?:,${label})*)\})? ([+-]?(?:\d+(?:\.\d*)?(?:e[+-]?\d+)?|Inf)|NaN)$`,
);

/** reads a scrape by the letter of OpenMetrics 1.0 (or of the text format 0.0.4) and throws at the first
 *  offence: families that are not contiguous or come twice, names that clash, series that come twice, a sample of no
 *  family, a counter below zero, labels out of order of the grammar, a missing end. */
export function parseStrictly(text: string, format: "openmetrics" | "text"): ParsedSample[] {
  if (text !== "" && !text.endsWith("\n")) throw new Error("the last line does not end");
  const lines = text.split("\n").slice(0, -1);
  if (format === "openmetrics" && lines.pop() !== "# EOF") throw new Error("# EOF is missing");
  const families = new Map<string, string>();
  const sampleNames = new Map<string, string>();
  const seen = new Set<string>();
  const samples: ParsedSample[] = [];
  let current = "";
  for (const line of lines) {
    const meta = line.match(/^# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)$/);
    if (meta) {
      const [, word, name = "", rest = ""] = meta;
      if (word === "HELP") {
        if (families.has(name)) throw new Error(`family ${name} comes twice`);
        families.set(name, "unknown");
        current = name;
        continue;
      }
      if (name !== current) throw new Error(`TYPE of ${name} stands in family ${current}`);
      if (rest !== "gauge" && rest !== "counter") throw new Error(`type ${rest} of ${name}`);
      families.set(name, rest);
      continue;
    }
    const match = line.match(samplePattern);
    if (!match) throw new Error(`not a line of the format: ${line}`);
    const [, name = "", labelText = "", value = ""] = match;
    const type = families.get(current);
    const wanted = format === "openmetrics" && type === "counter" ? `${current}_total` : current;
    if (name !== wanted) throw new Error(`sample ${name} stands in family ${current} of type ${type}`);
    const owner = sampleNames.get(name) ?? current;
    if (owner !== current) throw new Error(`sample name ${name} belongs to ${owner} and ${current}`);
    sampleNames.set(name, current);
    if (type === "counter" && !/^\d/.test(value)) throw new Error(`counter ${name} is ${value}`);
    const labels = labelsOf(labelText);
    const key = `${name}${JSON.stringify(Object.entries(labels).sort())}`;
    if (seen.has(key)) throw new Error(`series ${line} comes twice`);
    seen.add(key);
    samples.push({ name, labels, value });
  }
  for (const [name, type] of families) {
    if (type === "unknown") throw new Error(`family ${name} has no type`);
    const clash = sampleNames.get(name);
    if (clash !== undefined && clash !== name) throw new Error(`family ${name} has the name of a sample of ${clash}`);
  }
  return samples;
}

function labelsOf(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const [, name = "", value = ""] of text.matchAll(/([a-zA-Z0-9_]+)="((?:[^"\\]|\\.)*)"/g)) {
    if (name in labels) throw new Error(`label ${name} comes twice in ${text}`);
    if (name.startsWith("__")) throw new Error(`label ${name} is Prometheus' own`);
    labels[name] = value.replace(/\\(.)/g, (_, char: string) => (char === "n" ? "\n" : char));
  }
  return labels;
}
