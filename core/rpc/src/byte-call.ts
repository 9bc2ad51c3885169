import type { DescMessage, DescMethodBiDiStreaming, DescMethodServerStreaming, MessageShape } from "@bufbuild/protobuf";
import type { OcelliError } from "@ocelli/model";
import type { CallOptions } from "./call-options.js";
import { type Connection, channelOf } from "./connection.js";
import { asBuffer, pathOf } from "./method.js";
import { metadataOf, streamCall } from "./open-call.js";
import { statusOf } from "./status.js";

/** Hears of a call that was made with bytes. */
export interface ByteListener {
  onMessage(bytes: Uint8Array): void;
  /** The last word, said once and not after a cancel: undefined where the call ended well. */
  onEnd(error: OcelliError | undefined): void;
}

export interface ByteCall {
  /** Ends the call on the other side too. Nothing is heard of it any more. */
  cancel(): void;
}

const asIs = (bytes: Buffer): Buffer => bytes;

/** Calls a method that streams its answers, with a request that is encoded already, and hands on the answers as they came: no
 *  message is made on the way, and no promise. Throws "exhausted" where the request is larger than the other side takes. */
export function callWithBytes(
  connection: Connection,
  method: DescMethodServerStreaming,
  request: Uint8Array,
  metadata: Readonly<Record<string, string>>,
  listener: ByteListener,
): ByteCall {
  const { client, messageBytes, pacer } = channelOf(connection);
  const bytes = asBuffer(method.input, request, messageBytes);
  const stream = client.makeServerStreamRequest(pathOf(method), asIs, asIs, bytes, metadataOf({ metadata }));
  let over = false;
  const end = (error: OcelliError | undefined): void => {
    if (over) return;
    over = true;
    listener.onEnd(error);
  };
  stream.on("data", (message: Buffer) => {
    if (!over) listener.onMessage(message);
  });
  stream.on("status", () => pacer.ended(stream));
  stream.on("end", () => end(undefined));
  stream.on("error", (error) => {
    // An error overtakes the answers that came before it and wait for their turn: reading them hands them on.
    while (!over && stream.read() !== null);
    end(statusOf(error));
  });
  return {
    cancel: () => {
      if (over) return;
      over = true;
      pacer.cancel(stream);
    },
  };
}

/** As a client's function for a method that streams both ways, with requests that are encoded already. */
export function streamWithBytes<O extends DescMessage>(
  connection: Connection,
  method: DescMethodBiDiStreaming<DescMessage, O>,
  requests: AsyncIterable<Uint8Array>,
  options: CallOptions,
): AsyncIterable<MessageShape<O>> {
  const channel = channelOf(connection);
  const encode = (bytes: unknown): Buffer => asBuffer(method.input, bytes as Uint8Array, channel.messageBytes);
  // The method's own output is what its answers are decoded as.
  return streamCall({ channel, method, options }, (open) => open.bidi(requests, encode)) as AsyncIterable<
    MessageShape<O>
  >;
}
