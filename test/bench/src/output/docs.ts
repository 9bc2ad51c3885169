import { readFile, writeFile } from "node:fs/promises";
import { arch, cpus, release, totalmem } from "node:os";
import { fileURLToPath } from "node:url";
import { OcelliError } from "@ocelli/model";
import type { Row } from "../row.js";
import { chartOf } from "./chart.js";
import { markdown, tablesOf } from "./tables.js";

const begin = "<!-- begin: written by npm run bench -- --write-docs -->";
const end = "<!-- end -->";
const file = (name: string): string => fileURLToPath(new URL(`../../../../docs/${name}`, import.meta.url));
/** Rows of other shapes have figures of their own, and would not fit the axes. */
const notCharted = /^(scheduler|snmp|mesh-\d+[km]$)/;

/** Replaces the tables in docs/performance.md and the chart beside it. */
export async function writeDocs(rows: readonly Row[], command: string): Promise<void> {
  const path = file("performance.md");
  await writeFile(path, withTables(await readFile(path, "utf8"), rows, command, machineText()));
  await writeFile(file("performance.svg"), chartOf(rows.filter(({ name }) => !notCharted.test(name))));
}

/** The text with everything between the two markers replaced. */
export function withTables(text: string, rows: readonly Row[], command: string, machine: string): string {
  const from = text.indexOf(begin);
  const to = text.indexOf(end, from);
  if (from < 0 || to < 0) throw new OcelliError("precondition", `docs/performance.md lacks "${begin}" or "${end}"`);
  const tables = tablesOf(rows).map(markdown).join("\n\n");
  const body = `${begin}\n\nMade by \`${command}\` on ${machine}.\n\n${tables}\n\n`;
  return `${text.slice(0, from)}${body}${text.slice(to)}`;
}

function machineText(): string {
  const [first] = cpus();
  const memoryGb = Math.round(totalmem() / 1024 ** 3);
  return `${cpus().length} × ${first?.model.trim() ?? arch()}, ${memoryGb} GB, Linux ${release()}, Node ${process.version}`;
}
