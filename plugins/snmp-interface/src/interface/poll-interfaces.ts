import { type Group, gauge } from "@ocelli/plugin-sdk";
import { isOfDevice, SnmpFailure } from "../snmp/failure.js";
import { fetchCells } from "../snmp/fetch-cells.js";
import type { SnmpRequests } from "../snmp/session.js";
import { type WalkedColumn, type WalkLimits, walkColumns } from "../snmp/walk-columns.js";
import { Cells } from "./cells.js";
import { dot3Stats, ifTable, ifXTable } from "./if-mib.js";
import { interfaceGroups } from "./interface-metrics.js";
import type { StoredFacts } from "./stored-facts.js";

const ifXColumns = [
  ifXTable.hcInOctets,
  ifXTable.hcInUcastPkts,
  ifXTable.hcInMulticastPkts,
  ifXTable.hcInBroadcastPkts,
  ifXTable.hcOutOctets,
  ifXTable.hcOutUcastPkts,
  ifXTable.hcOutMulticastPkts,
  ifXTable.hcOutBroadcastPkts,
  ifXTable.highSpeed,
];

const ifColumns = [
  ifTable.mtu,
  ifTable.speed,
  ifTable.adminStatus,
  ifTable.operStatus,
  ifTable.inErrors,
  ifTable.outErrors,
  ifTable.inDiscards,
  ifTable.outDiscards,
];

const dot3Columns = [dot3Stats.fcsErrors, dot3Stats.alignmentErrors, dot3Stats.frameTooLongs];

/** The counters of 32 bits that stand in where there are none of 64. */
const octets32Columns = [ifTable.inOctets, ifTable.outOctets];
const columns32 = [
  ...octets32Columns,
  ifTable.inUcastPkts,
  ifTable.inNUcastPkts,
  ifTable.outUcastPkts,
  ifTable.outNUcastPkts,
  ifXTable.inMulticastPkts,
  ifXTable.inBroadcastPkts,
  ifXTable.outMulticastPkts,
  ifXTable.outBroadcastPkts,
];

export interface InterfacePoll {
  readonly groups: readonly Group[];
  /** What could not be read, in sentences. Empty means that everything was. */
  readonly partial: readonly string[];
  /** Interfaces whose octets are counted with 32 bits, which wrap within seconds on a fast port. */
  readonly only32Bits: readonly string[];
}

/** Reads the interfaces of a device. `factsFor` is asked for facts about interfaces that `facts` leaves out.
 *  Fails as SnmpFailure where the device does not answer for ifXTable or ifTable; of kind `refused` where it has none. */
export async function pollInterfaces(
  requests: SnmpRequests,
  facts: ReadonlyMap<string, StoredFacts>,
  factsFor: () => Promise<ReadonlyMap<string, StoredFacts>>,
  options: { readonly includeIndex: boolean; readonly limits: WalkLimits },
  signal: AbortSignal,
): Promise<InterfacePoll> {
  const { limits } = options;
  const needed = [
    ...(await walkColumns(requests, ifXColumns, limits, signal)),
    ...(await walkColumns(requests, ifColumns, limits, signal)),
  ];
  let cells = new Cells([...needed, ...(await walkOptional(requests, dot3Columns, limits, signal))]);
  const lacking = cells
    .indices(ifColumns)
    .filter((index) => [ifXTable.hcInOctets, ifXTable.hcOutOctets].some((column) => isAbsent(cells, column, index)));
  if (lacking.length > 0) cells = cells.with(await fetchCells(requests, columns32, lacking, limits, signal));
  const only32Bits = lacking.filter((index) => octets32Columns.some((column) => cells.value(column, index)));
  const indices = cells.indices([...ifXColumns, ...octets32Columns]);
  if (indices.length === 0) throw noInterfaces(cells);
  const unnamed = indices.some((index) => !facts.has(index));
  const known = unnamed ? new Map([...(await orNone(factsFor)), ...facts]) : facts;
  const partial = cells.failures().map(({ column, failure }) => `${column}: ${failure.message}`);
  const groups = interfaceGroups(cells, indices, known, options.includeIndex);
  return { groups: [...groups, statusGroup(partial.length > 0)], partial, only32Bits };
}

/** Facts are welcome and not needed: a device that has none still counts. */
async function orNone(factsFor: () => Promise<ReadonlyMap<string, StoredFacts>>): Promise<typeof none> {
  try {
    return await factsFor();
  } catch (error) {
    if (error instanceof SnmpFailure && !isOfDevice(error)) return none;
    throw error;
  }
}

const none: ReadonlyMap<string, StoredFacts> = new Map();

/** A table that not every device has, and that some fall silent over: its columns may fail, the poll goes on. */
async function walkOptional(
  requests: SnmpRequests,
  columns: readonly string[],
  limits: WalkLimits,
  signal: AbortSignal,
): Promise<WalkedColumn[]> {
  try {
    return await walkColumns(requests, columns, limits, signal);
  } catch (error) {
    if (!(error instanceof SnmpFailure) || error.kind !== "timeout") throw error;
    return columns.map((column) => ({ column, cells: new Map(), failure: error }));
  }
}

function isAbsent(cells: Cells, column: string, index: string): boolean {
  return cells.value(column, index) === undefined && !cells.unknown(column, index);
}

function noInterfaces(cells: Cells): SnmpFailure {
  const [first] = cells.failures();
  return first
    ? new SnmpFailure("refused", `no interface could be read: ${first.failure.message}`, { cause: first.failure })
    : new SnmpFailure("refused", "the device answers, and has no interfaces in ifXTable or ifTable");
}

function statusGroup(partial: boolean): Group {
  return { name: "status", metrics: { interface_polling_status: gauge(partial ? 4 : 0) } };
}
