import { readFile, writeFile } from "node:fs/promises";
import { arch, cpus, release, totalmem } from "node:os";
import { fileURLToPath } from "node:url";
import { OcelliError } from "@ocelli/model";
import type { Row } from "../row.js";
import { chartOf } from "./chart.js";
import { isSdkRow } from "./sdk-table.js";
import { markdown, tablesOf } from "./tables.js";

/** Where the tables stand: those of the mesh, and those of the SDKs. */
const places = {
  runs: "<!-- begin: written by npm run bench -- --write-docs -->",
  sdk: "<!-- begin: written by npm run bench -- sdk --write-docs -->",
} as const;
const end = "<!-- end -->";
const file = (name: string): string => fileURLToPath(new URL(`../../../../docs/${name}`, import.meta.url));
/** Rows of other shapes have figures of their own, and would not fit the axes. */
const notCharted = /^(scheduler|snmp|sdk-|mesh-\d+[km]$)/;

/** A row that could not be measured, and why. */
export interface Failure {
  readonly name: string;
  readonly reason: string;
}

/** Replaces the tables in docs/performance.md and the chart beside it. What this run was not about is left as it is. */
export async function writeDocs(rows: readonly Row[], failures: readonly Failure[], command: string): Promise<void> {
  const path = file("performance.md");
  const made = `Made by \`${command}\` on ${machineText()}.`;
  await writeFile(path, withTables(await readFile(path, "utf8"), rows, failures, made));
  const charted = rows.filter(({ name }) => !notCharted.test(name));
  if (charted.length > 0) await writeFile(file("performance.svg"), chartOf(charted));
}

/** The text with everything between the markers replaced that the rows are about. */
export function withTables(text: string, rows: readonly Row[], failures: readonly Failure[], made: string): string {
  const of = (isSdk: boolean) => ({
    rows: rows.filter((row) => isSdkRow(row) === isSdk),
    failures: failures.filter((failure) => isSdkRow(failure) === isSdk),
  });
  const [runs, sdk] = [of(false), of(true)];
  const isAbout = (part: typeof runs): boolean => part.rows.length + part.failures.length > 0;
  const first = isAbout(runs) ? replaced(text, places.runs, runs.rows, runs.failures, made) : text;
  return isAbout(sdk) ? replaced(first, places.sdk, sdk.rows, sdk.failures, made) : first;
}

function replaced(
  text: string,
  begin: string,
  rows: readonly Row[],
  failures: readonly Failure[],
  made: string,
): string {
  const from = text.indexOf(begin);
  const to = text.indexOf(end, from);
  if (from < 0 || to < 0) throw new OcelliError("precondition", `docs/performance.md lacks "${begin}" or "${end}"`);
  const tables = tablesOf(rows).map(markdown);
  const missing = failures.map(({ name, reason }) => `- \`${name}\`: ${reason}`).join("\n");
  const parts = [begin, made, ...tables, ...(missing === "" ? [] : ["**No figures**", missing]), ""];
  const body = parts.join("\n\n");
  return `${text.slice(0, from)}${body}${text.slice(to)}`;
}

function machineText(): string {
  const [first] = cpus();
  const memoryGb = Math.round(totalmem() / 1024 ** 3);
  return `${cpus().length} × ${first?.model.trim() ?? arch()}, ${memoryGb} GB, Linux ${release()}, Node ${process.version}`;
}
