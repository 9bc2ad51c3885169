import { ObjectType } from "net-snmp";

/** A value as a device holds it. Numbers of 64 bits are bigints; octets are a Buffer. */
export type MibValue =
  | { readonly type: "integer" | "counter32" | "gauge32" | "timeticks"; readonly value: number }
  | { readonly type: "counter64"; readonly value: bigint }
  | { readonly type: "octets"; readonly value: Buffer }
  | { readonly type: "oid"; readonly value: string };

/** What a device answers from: OIDs in their numeric order. */
export interface MibTree {
  get(oid: string): MibValue | undefined;
  /** The first entry strictly after `oid`, or undefined at the end of the MIB. */
  next(oid: string): { readonly oid: string; readonly value: MibValue } | undefined;
}

interface Entry {
  readonly oid: string;
  readonly arcs: readonly number[];
  readonly value: MibValue;
}

/** A tree over fixed entries, in any order. OIDs have no leading dot. Twice the same OID: the later one stays. */
export function mibTree(entries: Iterable<readonly [oid: string, value: MibValue]>): MibTree {
  const byOid = new Map<string, Entry>();
  for (const [oid, value] of entries) byOid.set(oid, { oid, arcs: arcsOf(oid), value });
  const sorted = [...byOid.values()].sort((a, b) => compareArcs(a.arcs, b.arcs));
  return {
    get: (oid) => byOid.get(oid)?.value,
    next(oid) {
      const arcs = arcsOf(oid);
      let low = 0;
      let high = sorted.length;
      while (low < high) {
        const middle = (low + high) >>> 1;
        const entry = sorted[middle];
        if (entry !== undefined && compareArcs(entry.arcs, arcs) <= 0) low = middle + 1;
        else high = middle;
      }
      return sorted[low];
    },
  };
}

/** The value as net-snmp writes it into a message. */
export function toWire(value: MibValue): { type: ObjectType; value: number | string | Buffer } {
  switch (value.type) {
    case "integer":
      return { type: ObjectType.Integer, value: value.value };
    case "counter32":
      return { type: ObjectType.Counter32, value: value.value };
    case "gauge32":
      return { type: ObjectType.Gauge32, value: value.value };
    case "timeticks":
      return { type: ObjectType.TimeTicks, value: value.value };
    case "counter64":
      return { type: ObjectType.Counter64, value: counter64Bytes(value.value) };
    case "octets":
      // The library cannot write a Buffer of no bytes.
      return { type: ObjectType.OctetString, value: value.value.length === 0 ? "" : value.value };
    case "oid":
      return { type: ObjectType.OID, value: value.value };
  }
}

/** BER integer content: big-endian, no needless leading byte, never negative. */
function counter64Bytes(value: bigint): Buffer {
  const bytes = Buffer.alloc(9);
  bytes.writeBigUInt64BE(value, 1);
  let start = 0;
  while (start < 8 && bytes[start] === 0 && ((bytes[start + 1] ?? 0) & 0x80) === 0) start += 1;
  return bytes.subarray(start);
}

function arcsOf(oid: string): number[] {
  return oid.split(".").map(Number);
}

function compareArcs(a: readonly number[], b: readonly number[]): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i += 1) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
