import type { Row } from "../row.js";
import { goalsOf } from "./goals.js";
import { isSdkRow, sdkNotes, sdkTable } from "./sdk-table.js";
import type { Table } from "./table.js";

/** What the rows say, as tables for people. Tables that would be empty are left out. */
export function tablesOf(rows: readonly Row[]): readonly Table[] {
  const runs = rows.filter((row) => !isSdkRow(row));
  const ofRuns = runs.length === 0 ? [] : [figures(runs), cpuByProcess(runs), memory(runs), further(runs), goals(runs)];
  return [...ofRuns, sdkTable(rows), sdkNotes(rows)].filter((table) => table.lines.length > 0);
}

function figures(rows: readonly Row[]): Table {
  const yardsticks = rows.filter((row) => ["naive", "bullmq", "celery"].includes(row.name));
  const lines = rows.map((row) => [
    row.name,
    whole(row.runsPerS),
    oneDigit(row.cpuUsPerRun),
    row.latenessP50Ms === null ? "" : whole(row.latenessP50Ms),
    row.latenessP99Ms === null ? "" : whole(row.latenessP99Ms),
    ...yardsticks.map((yardstick) => (isMesh(row) ? `${(row.runsPerS / yardstick.runsPerS).toFixed(1)} ×` : "")),
  ]);
  const head = [
    "row",
    "runs/s",
    "CPU µs per run",
    "lateness p50 ms",
    "p99 ms",
    ...yardsticks.map(({ name }) => `to ${name}`),
  ];
  return { title: "Rates", head, lines };
}

function isMesh({ name }: Row): boolean {
  return name === "mesh" || name.startsWith("mesh-");
}

function cpuByProcess(rows: readonly Row[]): Table {
  return byProcess("CPU µs per run by process", rows, (row) => row.cpuUsBy);
}

function memory(rows: readonly Row[]): Table {
  return byProcess("Resident memory in MB by process", rows, (row) => row.residentMbBy ?? {});
}

function byProcess(title: string, rows: readonly Row[], of: (row: Row) => Readonly<Record<string, number>>): Table {
  const processes = [...new Set(rows.flatMap((row) => Object.keys(of(row))))];
  const lines = rows.map((row) => [
    row.name,
    ...processes.map((process) => (of(row)[process] === undefined ? "" : oneDigit(of(row)[process] ?? 0))),
  ]);
  return { title, head: ["row", ...processes], lines: processes.length === 0 ? [] : lines };
}

function further(rows: readonly Row[]): Table {
  const lines = rows.flatMap((row) => {
    const more = Object.entries(row.more ?? {}).map(([name, value]) => `${name} ${shortNumber(value)}`);
    const said = [more.join(", "), row.note ?? ""].filter((text) => text !== "");
    return said.length === 0 ? [] : [[row.name, said.join("; ")]];
  });
  return { title: "What else the rows say", head: ["row", "more"], lines };
}

function goals(rows: readonly Row[]): Table {
  const lines = goalsOf(rows).map(({ goal, measured, verdict }) => [goal, measured ?? "", verdict]);
  return { title: "Goals", head: ["goal", "measured", ""], lines };
}

/** Columns of one width each, numbers to the right. */
export function plainText({ title, head, lines }: Table): string {
  const all = [head, ...lines];
  const widths = head.map((_, column) => Math.max(...all.map((line) => (line[column] ?? "").length)));
  const isNumeric = (column: number): boolean => lines.every((line) => /^[\d. ×-]*$/.test(line[column] ?? ""));
  const text = all.map((line) =>
    line
      .map((cell, column) =>
        isNumeric(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd(),
  );
  return [title, ...text].join("\n");
}

export function markdown({ title, head, lines }: Table): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [`### ${title}`, "", line(head), line(head.map(() => "---")), ...lines.map(line)].join("\n");
}

function whole(value: number): string {
  return Math.round(value).toString();
}

function oneDigit(value: number): string {
  return value.toFixed(1);
}

function shortNumber(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toPrecision(4);
}
