import type { DemoDevice, DemoInterface } from "./demo-network.js";
import { type KnownCounters, knownCounters } from "./known-counters.js";
import { type MibTree, type MibValue, mibTree } from "./mib-tree.js";

const system = "1.3.6.1.2.1.1";
const ifNumber = "1.3.6.1.2.1.2.1.0";
const ifTable = "1.3.6.1.2.1.2.2.1";
const ifXTable = "1.3.6.1.2.1.31.1.1.1";
const dot3Stats = "1.3.6.1.2.1.10.7.2.1";

/** The MIB of a demo device as it stands `elapsedMs` after the network's start: system, ifTable, ifXTable, dot3Stats. */
export function demoMib(device: DemoDevice, elapsedMs: number): MibTree {
  const entries: [string, MibValue][] = [
    [`${system}.1.0`, text(device.sysDescr)],
    [`${system}.2.0`, { type: "oid", value: device.sysObjectId }],
    [`${system}.3.0`, { type: "timeticks", value: Math.floor(elapsedMs / 10) % 2 ** 32 }],
    [`${system}.5.0`, text(device.id)],
    [`${system}.6.0`, text(device.site)],
    [ifNumber, { type: "integer", value: device.interfaces.length }],
  ];
  for (const port of device.interfaces) {
    const counters = knownCounters(device.number, port.index, elapsedMs, port.up);
    const put = (table: string, cells: readonly (readonly [number, MibValue])[]): void => {
      for (const [column, value] of cells) entries.push([`${table}.${column}.${port.index}`, value]);
    };
    put(ifTable, ifCells(device, port, counters));
    put(ifXTable, ifXCells(port, counters));
    if (port.ethernet) put(dot3Stats, dot3Cells(port, counters));
  }
  return mibTree(entries);
}

function ifCells(device: DemoDevice, port: DemoInterface, counters: KnownCounters): [number, MibValue][] {
  const address = Buffer.from([2, 0, 0, device.number & 255, port.index >>> 8, port.index & 255]);
  return [
    [1, { type: "integer", value: port.index }],
    [2, text(port.description)],
    [3, { type: "integer", value: port.ifType }],
    [4, { type: "integer", value: port.mtu }],
    [5, { type: "gauge32", value: Math.min(port.speedMbps * 1e6, 2 ** 32 - 1) }],
    [6, { type: "octets", value: port.ethernet ? address : Buffer.alloc(0) }],
    [7, { type: "integer", value: 1 }],
    [8, { type: "integer", value: port.up ? 1 : 2 }],
    [10, low(counters.inOctets)],
    [11, low(counters.inUnicast)],
    [13, low(counters.inDiscards)],
    [14, low(counters.inErrors)],
    [16, low(counters.outOctets)],
    [17, low(counters.outUnicast)],
    [19, low(counters.outDiscards)],
    [20, low(counters.outErrors)],
  ];
}

function ifXCells(port: DemoInterface, counters: KnownCounters): [number, MibValue][] {
  return [
    [1, text(port.name)],
    [2, low(counters.inMulticast)],
    [3, low(counters.inBroadcast)],
    [4, low(counters.outMulticast)],
    [5, low(counters.outBroadcast)],
    [6, full(counters.inOctets)],
    [7, full(counters.inUnicast)],
    [8, full(counters.inMulticast)],
    [9, full(counters.inBroadcast)],
    [10, full(counters.outOctets)],
    [11, full(counters.outUnicast)],
    [12, full(counters.outMulticast)],
    [13, full(counters.outBroadcast)],
    [15, { type: "gauge32", value: port.speedMbps }],
    [18, text(port.alias)],
  ];
}

function dot3Cells(port: DemoInterface, counters: KnownCounters): [number, MibValue][] {
  return [
    [1, { type: "integer", value: port.index }],
    [2, low(counters.alignmentErrors)],
    [3, low(counters.fcsErrors)],
    [13, low(counters.frameTooLongs)],
  ];
}

function text(value: string): MibValue {
  return { type: "octets", value: Buffer.from(value, "utf8") };
}

function full(value: bigint): MibValue {
  return { type: "counter64", value };
}

function low(value: bigint): MibValue {
  return { type: "counter32", value: Number(value % 2n ** 32n) };
}
