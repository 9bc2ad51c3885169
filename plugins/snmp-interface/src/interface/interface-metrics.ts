import { type Group, gauge, type MetricValue } from "@ocelli/plugin-sdk";
import type { Oid } from "../snmp/oid.js";
import type { Cells } from "./cells.js";
import { configuredSpeed, noNumber, notSet } from "./facts.js";
import { dot3Stats, ifTable, ifXTable } from "./if-mib.js";
import type { StoredFacts } from "./stored-facts.js";

/** A number of the device; `absent` where it says that there is none; `unknown` where it was not heard to the end. */
type Reading = bigint | "absent" | "unknown";
type Reader = (cells: Cells, index: string) => Reading;

const cell =
  (column: Oid): Reader =>
  (cells, index) =>
    cells.number(column, index) ?? (cells.unknown(column, index) ? "unknown" : "absent");

/** The first that the device has. */
const either =
  (first: Reader, second: Reader): Reader =>
  (cells, index) => {
    const reading = first(cells, index);
    return reading === "absent" ? second(cells, index) : reading;
  };

const sum =
  (...readers: readonly Reader[]): Reader =>
  (cells, index) => {
    let total = 0n;
    let absent = false;
    for (const reader of readers) {
      const reading = reader(cells, index);
      if (reading === "unknown") return "unknown";
      if (reading === "absent") absent = true;
      else total += reading;
    }
    return absent ? "absent" : total;
  };

const bits =
  (octets: Reader): Reader =>
  (cells, index) => {
    const reading = octets(cells, index);
    return typeof reading === "bigint" ? reading * 8n : reading;
  };

/** 64 bits where the device has them, else the 32 of ifTable. */
const inUnicast = either(cell(ifXTable.hcInUcastPkts), cell(ifTable.inUcastPkts));
const inMulticast = either(cell(ifXTable.hcInMulticastPkts), cell(ifXTable.inMulticastPkts));
const inBroadcast = either(cell(ifXTable.hcInBroadcastPkts), cell(ifXTable.inBroadcastPkts));
const outUnicast = either(cell(ifXTable.hcOutUcastPkts), cell(ifTable.outUcastPkts));
const outMulticast = either(cell(ifXTable.hcOutMulticastPkts), cell(ifXTable.outMulticastPkts));
const outBroadcast = either(cell(ifXTable.hcOutBroadcastPkts), cell(ifXTable.outBroadcastPkts));

const counters: Readonly<Record<string, Reader>> = {
  bits_in: bits(either(cell(ifXTable.hcInOctets), cell(ifTable.inOctets))),
  bits_out: bits(either(cell(ifXTable.hcOutOctets), cell(ifTable.outOctets))),
  unicast_packets_in: inUnicast,
  unicast_packets_out: outUnicast,
  multicast_packets_in: inMulticast,
  multicast_packets_out: outMulticast,
  broadcast_packets_in: inBroadcast,
  broadcast_packets_out: outBroadcast,
  total_packets_in: either(sum(inUnicast, inMulticast, inBroadcast), sum(inUnicast, cell(ifTable.inNUcastPkts))),
  total_packets_out: either(sum(outUnicast, outMulticast, outBroadcast), sum(outUnicast, cell(ifTable.outNUcastPkts))),
  errors_in: cell(ifTable.inErrors),
  errors_out: cell(ifTable.outErrors),
  discards_in: cell(ifTable.inDiscards),
  discards_out: cell(ifTable.outDiscards),
  errors_frame: cell(dot3Stats.alignmentErrors),
  errors_crc: cell(dot3Stats.fcsErrors),
  errors_giants: cell(dot3Stats.frameTooLongs),
};

const adminState = cell(ifTable.adminStatus);
const operState = cell(ifTable.operStatus);

const stateMismatch: Reader = (cells, index) => {
  const [admin, oper] = [adminState(cells, index), operState(cells, index)];
  if (admin === "unknown" || oper === "unknown") return "unknown";
  return admin === oper ? 0n : 1n;
};

const gauges: Readonly<Record<string, Reader>> = {
  admin_state: adminState,
  oper_state: operState,
  oper_admin_state_mismatch: stateMismatch,
  mtu: cell(ifTable.mtu),
};

const dimensionNames = [
  "interface_name",
  "alias",
  "description",
  "media_type",
  "configured_speed",
  "port_speed",
  "parent_interface_name",
  "parent_interface_media_type",
  "parent_interface_configured_speed",
  "parent_interface_port_speed",
] as const;

/** One group an interface: 22 metrics and 10 dimensions, or 11 with the index. Interfaces that their facts cannot tell
 *  apart get the index in any case, for two groups may not be the same. */
export function interfaceGroups(
  cells: Cells,
  indices: readonly string[],
  facts: ReadonlyMap<string, StoredFacts>,
  includeIndex: boolean,
): Group[] {
  const named = indices.map((index) => ({ index, dimensions: dimensionsOf(facts.get(index)) }));
  const keys = named.map(({ dimensions }) => JSON.stringify(dimensions));
  const times = new Map<string, number>();
  for (const key of keys) times.set(key, (times.get(key) ?? 0) + 1);
  return named.map(({ index, dimensions }, i) => ({
    name: "interface",
    dimensions:
      includeIndex || (times.get(keys[i] ?? "") ?? 0) > 1 ? { ...dimensions, interface_index: index } : dimensions,
    metrics: metricsOf(cells, index, facts.get(index)),
  }));
}

function dimensionsOf(facts: StoredFacts | undefined): Record<string, string> {
  return Object.fromEntries(dimensionNames.map((name) => [name, dimensionText(facts?.[name])]));
}

function dimensionText(value: unknown): string {
  const text = typeof value === "number" ? String(value) : value;
  return typeof text === "string" && text.trim() !== "" ? text : notSet;
}

function metricsOf(cells: Cells, index: string, facts: StoredFacts | undefined): Record<string, MetricValue> {
  const metrics: Record<string, MetricValue> = {};
  const put = (name: string, type: MetricValue["type"], reading: Reading): void => {
    if (reading !== "unknown") metrics[name] = { type, value: reading === "absent" ? noNumber : reading };
  };
  for (const [name, reader] of Object.entries(counters)) put(name, "counter", reader(cells, index));
  for (const [name, reader] of Object.entries(gauges)) put(name, "gauge", reader(cells, index));
  const known = facts?.configured_speed;
  metrics["configured_speed"] = gauge(
    typeof known === "number" && Number.isFinite(known)
      ? known
      : configuredSpeed(cells.number(ifXTable.highSpeed, index), cells.number(ifTable.speed, index)),
  );
  return metrics;
}
