import type { Message } from "@bufbuild/protobuf";
import { WireType } from "@bufbuild/protobuf/wire";

/** Adds fields that no version of the contract knows: a number, a text and a fixed64, far above ours. */
export function addUnknownFields<M extends Message>(message: M): M {
  const text = new TextEncoder().encode("from a newer host");
  message.$unknown = [
    { no: 1900, wireType: WireType.Varint, data: Uint8Array.of(0x96, 0x01) },
    { no: 1901, wireType: WireType.LengthDelimited, data: Uint8Array.of(text.length, ...text) },
    { no: 1902, wireType: WireType.Bit64, data: new Uint8Array(8).fill(7) },
  ];
  return message;
}
