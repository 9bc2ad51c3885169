import type { Row } from "../row.js";
import type { Table } from "./table.js";

/** More than this many times the CPU of a bare server, at calls of 100 items, is more than an SDK should cost. */
const goalTimes = 1.5;
const goalBatch = 100;

/** Whether a row is about an SDK or a bridge. Such rows have a table of their own. */
export function isSdkRow({ name }: { readonly name: string }): boolean {
  return name.startsWith("sdk-");
}

/** What modules cost beside bare servers of their language. */
export function sdkTable(rows: readonly Row[]): Table {
  const head = [
    ...["module", "socket", "items a call", "items/s", "CPU µs per item", "echo items/s", "echo CPU µs", "CPU to echo"],
    ...["MB", "echo MB", "ready ms", "echo ready ms", "goal"],
  ];
  return { title: "SDKs and the exec bridge", head, lines: rows.filter(isSdkRow).map(lineOf) };
}

/** What the reader of the SDKs' figures must know. */
export function sdkNotes(rows: readonly Row[]): Table {
  const lines = rows.flatMap(({ name, note, cpuUsBy }) => {
    const { programs } = cpuUsBy;
    const said = [note, programs === undefined ? undefined : `programs ${programs.toFixed(1)} µs of the CPU per item`];
    const text = said.filter((one) => one !== undefined).join("; ");
    return isSdkRow({ name }) && text !== "" ? [[name, text]] : [];
  });
  return { title: "What else the SDKs' rows say", head: ["row", "more"], lines };
}

function lineOf(row: Row): string[] {
  const [, module = row.name, socket = ""] = /^sdk-(.+)-(unix|tcp)-\d+$/.exec(row.name) ?? [];
  const { batch, readyMs, echoPerS, echoCpuUsPerRun, echoReadyMs, toEcho } = row.more ?? {};
  const goal = batch === goalBatch && toEcho !== undefined ? (toEcho <= goalTimes ? "met" : "missed") : "";
  return [
    module,
    socket,
    digits(batch, 0),
    digits(row.runsPerS, 0),
    digits(row.cpuUsPerRun, 1),
    digits(echoPerS, 0),
    digits(echoCpuUsPerRun, 1),
    toEcho === undefined ? "" : `${toEcho.toFixed(2)} ×`,
    digits(row.residentMbBy?.["module"], 0),
    digits(row.residentMbBy?.["echo"], 0),
    digits(readyMs, 0),
    digits(echoReadyMs, 0),
    goal,
  ];
}

function digits(value: number | undefined, count: number): string {
  return value === undefined ? "" : value.toFixed(count);
}
