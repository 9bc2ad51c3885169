import type { Oid } from "./oid.js";

/** What a device says: a whole number, octets, an OID, or that there is nothing. */
export type SnmpValue =
  | { readonly kind: "number"; readonly number: bigint }
  | { readonly kind: "octets"; readonly octets: Uint8Array }
  | { readonly kind: "oid"; readonly oid: Oid }
  | { readonly kind: "nothing" };

export interface Varbind {
  readonly oid: Oid;
  /** `end` where the device's tree ends here. */
  readonly value: SnmpValue | { readonly kind: "end" };
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const latin1 = new TextDecoder("latin1");

/** Octets as text: UTF-8 where they are, else latin-1, so that no device's name is lost. NULs at the end are padding. */
export function textOf(value: SnmpValue | undefined): string | undefined {
  if (value === undefined) return undefined;
  switch (value.kind) {
    case "octets":
      return decode(value.octets).replace(/\0+$/, "");
    case "oid":
      return value.oid;
    case "number":
      return value.number.toString();
    case "nothing":
      return undefined;
  }
}

function decode(octets: Uint8Array): string {
  try {
    return utf8.decode(octets);
  } catch {
    return latin1.decode(octets);
  }
}

/** A whole number, also where the device writes it as text. Anything else is undefined. */
export function numberOf(value: SnmpValue | undefined): bigint | undefined {
  if (value?.kind === "number") return value.number;
  const text = value?.kind === "octets" ? textOf(value)?.trim() : undefined;
  return text !== undefined && /^-?\d{1,20}$/.test(text) ? BigInt(text) : undefined;
}

/** How many bytes the value takes in a message. */
export function valueBytes(value: Varbind["value"]): number {
  switch (value.kind) {
    case "number":
      return Math.ceil((value.number.toString(16).length + 1) / 2);
    case "octets":
      return value.octets.length;
    case "oid":
      return value.oid.length / 2;
    case "nothing":
    case "end":
      return 0;
  }
}
