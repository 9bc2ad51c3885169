import { setMaxListeners } from "node:events";
import type { DescMethod } from "@bufbuild/protobuf";
import { type ClientReadableStream, type CallOptions as GrpcCallOptions, Metadata } from "@grpc/grpc-js";
import { OcelliError } from "@ocelli/model";
import type { CallOptions } from "./call-options.js";
import type { Channel } from "./connection.js";
import { unaryTimeoutMs } from "./limits.js";
import { decode, pathOf } from "./method.js";
import { statusOf } from "./status.js";
import { untilAborted } from "./until-aborted.js";
import { writeWithFlow } from "./write-with-flow.js";

/** Hundreds of calls may share one signal: that is no leak worth a warning. */
function listen(signal: AbortSignal | undefined, onAbort: () => void): void {
  if (!signal) return;
  setMaxListeners(0, signal);
  signal.addEventListener("abort", onAbort, { once: true });
}

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
    const onAbort = (): void => {
      channel.pacer.cancel(running);
      reject(signal ? cancelled(signal) : undefined);
    };
    const running = channel.client.makeUnaryRequest(
      pathOf(method),
      asIs,
      (bytes) => decode(method.output, bytes),
      request,
      metadataOf(options),
      grpcOptions(timeoutMs),
      (error, answer: unknown) => {
        signal?.removeEventListener("abort", onAbort);
        channel.pacer.ended(running);
        if (error) reject(statusOf(error));
        else resolve(answer);
      },
    );
    listen(signal, onAbort);
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
  const { pacer } = call.channel;
  if (signal?.aborted) throw cancelled(signal);
  const ended = new AbortController();
  const onAbort = (): void => ended.abort();
  listen(signal, onAbort);
  const failure: { error?: unknown } = {};
  const stream = open(openerOf(call, ended.signal, failure));
  let running = true;
  stream.on("status", () => {
    running = false;
    pacer.ended(stream);
  });
  // An error may come before or after the loop looks at the stream; unheard it would end the process.
  stream.on("error", () => {});
  try {
    yield* untilAborted(stream, ended.signal);
  } catch (error) {
    throw "error" in failure ? failure.error : statusOf(error);
  } finally {
    signal?.removeEventListener("abort", onAbort);
    ended.abort();
    if (running) pacer.cancel(stream);
  }
  if (signal?.aborted) throw cancelled(signal);
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

export function metadataOf(options: CallOptions): Metadata {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(options.metadata ?? {})) metadata.set(name, value);
  return metadata;
}
