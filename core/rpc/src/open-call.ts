import type { DescMethod } from "@bufbuild/protobuf";
import { type ClientReadableStream, type CallOptions as GrpcCallOptions, Metadata } from "@grpc/grpc-js";
import { linkSignals, OcelliError } from "@ocelli/model";
import type { CallOptions } from "./client.js";
import type { Channel } from "./connection.js";
import { unaryTimeoutMs } from "./limits.js";
import { decode, pathOf } from "./method.js";
import { statusOf } from "./status.js";
import { writeWithFlow } from "./write-with-flow.js";

/** A call that is about to be made. */
export interface OpenCall {
  readonly channel: Channel;
  readonly method: DescMethod;
  readonly options: CallOptions;
}

const asIs = (bytes: Buffer): Buffer => bytes;

export function unaryCall(call: OpenCall, request: Buffer): Promise<unknown> {
  const { channel, method, options } = call;
  const { signal, timeoutMs = unaryTimeoutMs } = options;
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(cancelled(signal));
      return;
    }
    const reader = (bytes: Buffer): unknown => decode(method.output, bytes);
    const path = pathOf(method);
    const running = channel.client.makeUnaryRequest(
      path,
      asIs,
      reader,
      request,
      metadataOf(options),
      grpcOptions(timeoutMs),
      (error, answer) => {
        signal?.removeEventListener("abort", onAbort);
        if (error) reject(signal?.aborted ? cancelled(signal) : statusOf(error));
        else resolve(answer);
      },
    );
    const onAbort = (): void => running.cancel();
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}

/** The two ways to open a stream. */
interface StreamOpener {
  serverStream(request: Buffer): ClientReadableStream<unknown>;
  bidi(requests: AsyncIterable<unknown>, encode: (init: unknown) => Buffer): ClientReadableStream<unknown>;
}

/** The answers of a stream. Leaving the loop cancels the call. */
export async function* streamCall(
  call: OpenCall,
  open: (opener: StreamOpener) => ClientReadableStream<unknown>,
): AsyncGenerator<unknown> {
  const { signal } = call.options;
  if (signal?.aborted) throw cancelled(signal);
  using ended = linkSignals(signal);
  const failure: { error?: unknown } = {};
  const stream = open(openerOf(call, ended.signal, failure));
  const onAbort = (): void => stream.cancel();
  // An error may come before or after the loop looks at the stream; unheard it would end the process.
  stream.on("error", () => {});
  signal?.addEventListener("abort", onAbort, { once: true });
  try {
    for await (const answer of stream) yield answer;
  } catch (error) {
    if (signal?.aborted) throw cancelled(signal);
    throw "error" in failure ? failure.error : statusOf(error);
  } finally {
    signal?.removeEventListener("abort", onAbort);
    ended.abort();
    stream.cancel();
  }
}

function openerOf(call: OpenCall, ended: AbortSignal, failure: { error?: unknown }): StreamOpener {
  const { channel, method, options } = call;
  const reader = (bytes: Buffer): unknown => decode(method.output, bytes);
  const grpc = grpcOptions(options.timeoutMs);
  return {
    serverStream: (request) =>
      channel.client.makeServerStreamRequest(pathOf(method), asIs, reader, request, metadataOf(options), grpc),
    bidi: (requests, encode) => {
      const stream = channel.client.makeBidiStreamRequest(pathOf(method), asIs, reader, metadataOf(options), grpc);
      writeWithFlow(stream, requests, encode, ended).then(
        () => stream.end(),
        (error: unknown) => {
          failure.error = error;
          stream.cancel();
        },
      );
      return stream;
    },
  };
}

function cancelled(signal: AbortSignal): OcelliError {
  return new OcelliError("cancelled", "the call was cancelled", { cause: signal.reason });
}

function grpcOptions(timeoutMs: number | undefined): GrpcCallOptions {
  return timeoutMs === undefined ? {} : { deadline: Date.now() + timeoutMs };
}

function metadataOf(options: CallOptions): Metadata {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(options.metadata ?? {})) metadata.set(name, value);
  return metadata;
}
