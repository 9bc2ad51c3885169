import {
  create,
  type DescMessage,
  type DescMethod,
  type DescService,
  fromBinary,
  type MessageInitShape,
  type MessageShape,
  toBinary,
} from "@bufbuild/protobuf";
import { OcelliError } from "@ocelli/model";

/** The path of a method on the wire. */
export function pathOf(method: DescMethod): string {
  return `/${method.parent.typeName}/${method.name}`;
}

/** The bytes of a message, without copying them. What is bytes already is taken for the encoded message. */
export function encodeWithin<Desc extends DescMessage>(
  schema: Desc,
  init: MessageInitShape<Desc> | Uint8Array,
  maxBytes: number,
): Buffer {
  if (init instanceof Uint8Array) return asBuffer(schema, init, maxBytes);
  return asBuffer(schema, toBinary(schema, create(schema, init)), maxBytes);
}

/** A message that is encoded already, as grpc-js wants it. Refuses what the other side would refuse: grpc-js would end the call
 *  without telling the writer. */
export function asBuffer(schema: DescMessage, bytes: Uint8Array, maxBytes: number): Buffer {
  if (bytes.length <= maxBytes) return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = `a ${schema.typeName} of ${bytes.length} bytes is larger than the limit of ${maxBytes} bytes`;
  throw new OcelliError("exhausted", text);
}

export function decode<Desc extends DescMessage>(schema: Desc, bytes: Uint8Array): MessageShape<Desc> {
  return fromBinary(schema, bytes);
}

/** Which sides of a method are streams. */
export function streamFlags(method: DescMethod): { requestStream: boolean; responseStream: boolean } {
  const { methodKind } = method;
  return {
    requestStream: methodKind === "client_streaming" || methodKind === "bidi_streaming",
    responseStream: methodKind === "server_streaming" || methodKind === "bidi_streaming",
  };
}

/** A service that has only the three kinds of methods that Ocelli's contracts have. */
export function methodsOf(service: DescService): readonly DescMethod[] {
  const odd = service.methods.find((method) => method.methodKind === "client_streaming");
  if (odd) throw new OcelliError("unimplemented", `${pathOf(odd)} streams requests only: no contract of Ocelli does`);
  return service.methods;
}
