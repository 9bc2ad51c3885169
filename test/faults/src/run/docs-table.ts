import { readFile, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { root } from "../world/paths.js";
import type { Report } from "./report.js";

export const begin = "<!-- begin: written by npm run faults -- --write-docs -->";
export const end = "<!-- end -->";
const head = [
  "| fault | D | G | L | U | M | R in s | lateness p50 / p99 in ms | further | holds |",
  "|---|---|---|---|---|---|---|---|---|---|",
];

/** What every row has in columns of its own, or says nothing to a reader of the table. */
const notFurther = new Set(
  `fault seed passed D G L U M missed R latenessP50Ms latenessP99Ms sabotage sabotaged hits delayed due ran kept silent overcounted
  wrong stale lateResults blurMs size devices intervalS runsPerS leaseS agents schedulers registries brokers bar broken`.split(
    /\s+/,
  ),
);

/** Puts the figures of a run into docs/faults.md. Rows of faults that were not run stay as they are. */
export async function writeDocs(reports: readonly Report[]): Promise<void> {
  const path = root("docs/faults.md");
  await writeFile(path, withRows(await readFile(path, "utf8"), reports, machineText()));
}

/** The text with the rows of these reports in its table. */
export function withRows(text: string, reports: readonly Report[], machine: string): string {
  const from = text.indexOf(begin);
  const to = text.indexOf(end, from);
  if (from < 0 || to < 0) throw new Error(`docs/faults.md lacks "${begin}" or "${end}"`);
  const rows = new Map<string, string>();
  for (const line of text.slice(from, to).split("\n")) {
    const name = /^\| `([\w-]+)`/.exec(line)?.[1];
    if (name !== undefined) rows.set(name, line);
  }
  for (const report of reports) rows.set(report.fault, rowOf(report));
  const body = [begin, "", `Newest run: ${machine}.`, "", ...head, ...rows.values(), "", ""].join("\n");
  return `${text.slice(0, from)}${body}${text.slice(to)}`;
}

function rowOf(report: Report): string {
  const { fault, D, G, L, U, M, R, latenessP50Ms, latenessP99Ms, sabotage, size, runsPerS, broken } = report;
  const name = sabotage ? `\`${fault}\` (sabotaged)` : `\`${fault}\``;
  const own = Object.entries(report).filter(([key, value]) => !notFurther.has(key) && typeof value !== "object");
  const load = `${report["due"]} slots, ${runsPerS}/s${size === "quick" ? ", quick" : ""}`;
  const further = [load, ...own.map(([key, value]) => `${wordsOf(key)} ${value}`)].join("; ");
  const lateness = `${Math.round(latenessP50Ms)} / ${Math.round(latenessP99Ms)}`;
  const holds = broken.length === 0 ? (sabotage ? "noticed" : "yes") : `**no**: ${broken.join("; ")}`;
  return `| ${[name, D, G, L, U, M, R ?? "not seen", lateness, further, holds].join(" | ")} |`;
}

/** "pastDeadlineS" → "past deadline s". */
function wordsOf(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function machineText(): string {
  const [first] = cpus();
  return `${cpus().length} × ${first?.model.trim() ?? "processor"}, Node ${process.version}`;
}
