import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { type Fault, FaultSchema } from "@ocelli/proto/resource";
import { detailsMaxBytes, sentenceMaxBytes } from "./limits.js";
import { truncateUtf8 } from "./truncate.js";

const faultTypeUrl = `type.googleapis.com/${FaultSchema.typeName}`;

/** A google.rpc.Status with one Fault as its only detail, as `grpc-status-details-bin` carries it: at most 4 KiB.
 *  Written by hand because its two messages are fixed for ever. */
export function encodeStatusDetails(code: number, message: string, fault: Fault): Uint8Array {
  const short: Fault = { ...fault, message: truncateUtf8(fault.message, sentenceMaxBytes) };
  const any = new BinaryWriter()
    .tag(1, WireType.LengthDelimited)
    .string(faultTypeUrl)
    .tag(2, WireType.LengthDelimited)
    .bytes(toBinary(FaultSchema, short, { writeUnknownFields: false }))
    .finish();
  return new BinaryWriter()
    .tag(1, WireType.Varint)
    .int32(code)
    .tag(2, WireType.LengthDelimited)
    .string(truncateUtf8(message, sentenceMaxBytes))
    .tag(3, WireType.LengthDelimited)
    .bytes(any)
    .finish();
}

/** The Fault of such details, or undefined where there is none, where they are broken or larger than we would send. */
export function decodeStatusDetails(bytes: Uint8Array): Fault | undefined {
  if (bytes.length > detailsMaxBytes) return undefined;
  try {
    for (const detail of lengthDelimited(bytes, 3)) {
      const typeUrl = new TextDecoder().decode(lengthDelimited(detail, 1)[0]);
      const value = lengthDelimited(detail, 2)[0];
      if (typeUrl.endsWith(`/${FaultSchema.typeName}`)) return fromBinary(FaultSchema, value ?? new Uint8Array());
    }
  } catch {
    return undefined; // Details come from anybody: what cannot be read was not said.
  }
  return undefined;
}

/** Every value of one length-delimited field. */
function lengthDelimited(message: Uint8Array, field: number): Uint8Array[] {
  const reader = new BinaryReader(message);
  const found: Uint8Array[] = [];
  while (reader.pos < reader.len) {
    const [number, wireType] = reader.tag();
    if (number === field && wireType === WireType.LengthDelimited) found.push(reader.bytes());
    else reader.skip(wireType, number);
  }
  return found;
}
