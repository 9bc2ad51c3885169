import type { Defaults } from "./entry.js";
import { listJson } from "./list-json.js";
import { listYaml } from "./list-yaml.js";
import { parseCsv } from "./parse-csv.js";
import { parseResources } from "./parse-resources.js";
import { type LabelMap, looksLikeTargets, parseTargets } from "./parse-targets.js";
import type { Listed, Parsed } from "./parsed.js";

export type Format = "auto" | "json" | "csv" | "file_sd" | "http_sd";

export interface ParseOptions {
  readonly format: Format;
  readonly map: LabelMap;
  readonly defaults: Defaults;
}

/** Reads a text as its format says. With `auto` the name's ending tells CSV and YAML from JSON, and the entries
 *  tell groups of targets from resources. */
export function parse(text: string, name: string, { format, map, defaults }: ParseOptions): Parsed {
  const plain = text.replace(/^\uFEFF/, "");
  const ending = name.toLowerCase().match(/\.(csv|tsv|ya?ml)$/)?.[1];
  if (format === "csv" || (format === "auto" && (ending === "csv" || ending === "tsv")))
    return parseCsv(plain, defaults);
  const listed: Listed = ending?.startsWith("y") ? listYaml(plain) : listJson(plain);
  const targets = format === "file_sd" || format === "http_sd" || (format === "auto" && looksLikeTargets(listed));
  return targets ? parseTargets(listed, map, defaults) : parseResources(listed, defaults);
}
