import type {
  DescMethod,
  DescMethodBiDiStreaming,
  DescMethodServerStreaming,
  DescMethodUnary,
  DescService,
  MessageInitShape,
  MessageShape,
} from "@bufbuild/protobuf";
import type { CallOptions } from "./call-options.js";
import { type Connection, channelOf } from "./connection.js";
import { encodeWithin, methodsOf } from "./method.js";
import { type OpenCall, streamCall, unaryCall } from "./open-call.js";

type ClientMethod<M> =
  M extends DescMethodUnary<infer I, infer O>
    ? (request: MessageInitShape<I>, options?: CallOptions) => Promise<MessageShape<O>>
    : M extends DescMethodServerStreaming<infer I, infer O>
      ? (request: MessageInitShape<I>, options?: CallOptions) => AsyncIterable<MessageShape<O>>
      : M extends DescMethodBiDiStreaming<infer I, infer O>
        ? (requests: AsyncIterable<MessageInitShape<I>>, options?: CallOptions) => AsyncIterable<MessageShape<O>>
        : never;

/** One function a method. They fail with an OcelliError (a FaultError where the other side said whose fault it was).
 *  Streams start with the first read, are cancelled by leaving the loop, and can be read once. */
export type Client<S extends DescService> = { readonly [K in keyof S["method"]]: ClientMethod<S["method"][K]> };

export function createClient<S extends DescService>(service: S, connection: Connection): Client<S> {
  const channel = channelOf(connection);
  const functionOf = (method: DescMethod): unknown => {
    const encodeOne = (init: unknown): Buffer =>
      encodeWithin(method.input, init as MessageInitShape<typeof method.input>, channel.messageBytes);
    const call = (options: CallOptions = {}): OpenCall => ({ channel, method, options });
    switch (method.methodKind) {
      case "unary":
        return async (request: unknown, options?: CallOptions) => unaryCall(call(options), encodeOne(request));
      case "server_streaming":
        return (request: unknown, options?: CallOptions) =>
          streamCall(call(options), (open) => open.serverStream(encodeOne(request)));
      default:
        return (requests: AsyncIterable<unknown>, options?: CallOptions) =>
          streamCall(call(options), (open) => open.bidi(requests, encodeOne));
    }
  };
  // Each function was made for the method whose type it gets here.
  return Object.fromEntries(methodsOf(service).map((m) => [m.localName, functionOf(m)])) as unknown as Client<S>;
}
