import { isOfDevice, SnmpFailure } from "./failure.js";
import { type Oid, oidBytes } from "./oid.js";
import type { SnmpRequests } from "./session.js";
import type { SnmpValue } from "./value.js";
import { type WalkedColumn, type WalkLimits, walkColumns } from "./walk-columns.js";

/** Bytes that a cell takes in an answer besides its OID: generous, for what is asked here are counters. */
const cellOverheadBytes = 16;

/** Single cells of a table, where most rows are not wanted. On v1, where one missing cell fails the whole request, the
 *  columns are walked instead. */
export async function fetchCells(
  requests: SnmpRequests,
  columns: readonly Oid[],
  indices: readonly string[],
  limits: WalkLimits,
  signal: AbortSignal,
): Promise<WalkedColumn[]> {
  if (!requests.bulk) return walkColumns(requests, columns, limits, signal);
  const wanted = columns.flatMap((column) => indices.map((index) => ({ column, index, oid: `${column}.${index}` })));
  const cells = new Map(columns.map((column) => [column, new Map<string, SnmpValue>()]));
  const failures = new Map<Oid, SnmpFailure>();
  let atOnce = Math.max(
    1,
    Math.floor(limits.replyBytes / (Math.max(...columns.map(oidBytes)) + cellOverheadBytes + 5)),
  );
  for (let next = 0; next < wanted.length; ) {
    const asked = wanted.slice(next, next + atOnce);
    try {
      const found = await requests.get(
        asked.map(({ oid }) => oid),
        signal,
      );
      for (const [i, { column, index }] of asked.entries()) {
        const value = found[i]?.value;
        if (value !== undefined && value.kind !== "nothing" && value.kind !== "end")
          cells.get(column)?.set(index, value);
      }
    } catch (error) {
      if (!(error instanceof SnmpFailure) || isOfDevice(error)) throw error;
      if (asked.length > 1) {
        atOnce = Math.floor(asked.length / 2);
        continue;
      }
      for (const { column } of asked) failures.set(column, error);
    }
    next += asked.length;
  }
  return columns.map((column) => ({ column, cells: cells.get(column) ?? new Map(), failure: failures.get(column) }));
}
