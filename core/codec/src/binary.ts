import { type DescMessage, fromBinary, type MessageShape, toBinary } from "@bufbuild/protobuf";

/** A value of the model as bytes. `decode` throws on bytes that are not the message. */
export interface Codec<T> {
  encode(value: T): Uint8Array;
  decode(bytes: Uint8Array): T;
}

/** The codec of a message that has functions to and from the model. */
export function codec<Desc extends DescMessage, T>(
  schema: Desc,
  to: (value: T) => MessageShape<Desc>,
  from: (proto: MessageShape<Desc>) => T,
): Codec<T> {
  return {
    encode: (value) => toBinary(schema, to(value)),
    decode: (bytes) => from(fromBinary(schema, bytes)),
  };
}
