import { caseList } from "@ocelli/conformance";
import { type Mutant, mutants } from "./mutants.js";

const head = (name: string): string =>
  `<!-- begin: ${name}, written by OCELLI_WRITE_DOCS=1 npx vitest run test/conformance/src/docs -->`;
const end = "<!-- end -->";

/** docs/conformance.md with its tables as the code has them. Throws where a table has lost its place. */
export function withTables(text: string): string {
  return put(put(text, "cases", caseTables()), "mutants", mutantTable());
}

function put(text: string, name: string, table: string): string {
  const from = text.indexOf(head(name));
  const to = text.indexOf(end, from);
  if (from < 0 || to < 0) throw new Error(`docs/conformance.md lacks "${head(name)}" or the "${end}" after it`);
  return `${text.slice(0, from)}${head(name)}\n\n${table}\n\n${text.slice(to)}`;
}

function caseTables(): string {
  const groups = [...new Set(caseList.map(({ id }) => id.split("/")[0] ?? ""))];
  return groups.map((group) => groupTable(group)).join("\n\n");
}

function groupTable(group: string): string {
  const rows = caseList
    .filter(({ id }) => id.startsWith(`${group}/`))
    .map(({ id, promise, advice }) => `| \`${id}\` | ${promise} | ${advice} |`);
  return [`### ${group}`, "", "| case | the promise | where it is broken |", "|---|---|---|", ...rows].join("\n");
}

function mutantTable(): string {
  const all: readonly Mutant[] = mutants;
  const rows = all.map((one) => `| \`${one.name}\` | ${one.breaks} | \`${one.case}\` | ${one.mode ?? "child"} |`);
  return ["| mutant | what it does wrong | the case that fails | tried |", "|---|---|---|---|", ...rows].join("\n");
}
