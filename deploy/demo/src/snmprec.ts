import type { MibValue } from "./mib-tree.js";

/** Reads the `OID|tag|value` lines of a recorded device. Tags: 2 integer, 4 text, 4x hex octets, 6 OID, 65 counter32,
 *  66 gauge32, 67 timeticks, 70 counter64. Throws a RangeError that names the line of anything else. */
export function parseSnmprec(text: string): [oid: string, value: MibValue][] {
  const entries: [string, MibValue][] = [];
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const [oid = "", tag = "", ...rest] = line.replace(/\r$/, "").split("|");
    const value = valueFrom(tag, rest.join("|"));
    if (!/^\.?\d+(\.\d+)+$/.test(oid) || value === undefined)
      throw new RangeError(`line ${index + 1} is not OID|tag|value: ${line.slice(0, 80)}`);
    entries.push([oid.replace(/^\./, ""), value]);
  }
  return entries;
}

const numberTags = { "2": "integer", "65": "counter32", "66": "gauge32", "67": "timeticks" } as const;

function valueFrom(tag: string, text: string): MibValue | undefined {
  switch (tag) {
    case "2":
    case "65":
    case "66":
    case "67":
      return /^-?\d+$/.test(text) ? { type: numberTags[tag], value: Number(text) } : undefined;
    case "70":
      return /^\d+$/.test(text) ? { type: "counter64", value: BigInt(text) } : undefined;
    case "4":
      return { type: "octets", value: Buffer.from(text, "utf8") };
    case "4x":
      return { type: "octets", value: Buffer.from(text, "hex") };
    case "6":
      return { type: "oid", value: text.replace(/^\./, "") };
    default:
      return undefined;
  }
}
