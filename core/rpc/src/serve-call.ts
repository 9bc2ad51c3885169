import type { EventEmitter } from "node:events";
import type { Writable } from "node:stream";
import type { DescMethod, MessageInitShape } from "@bufbuild/protobuf";
import type {
  Deadline,
  handleBidiStreamingCall,
  handleServerStreamingCall,
  handleUnaryCall,
  Metadata,
  ServerDuplexStream,
  UntypedHandleCall,
} from "@grpc/grpc-js";
import { OcelliError } from "@ocelli/model";
import type { RpcLog } from "./log.js";
import { encodeWithin, pathOf } from "./method.js";
import type { CallContext, CallMetadata, UntypedHandler } from "./service.js";
import { type StatusParts, toStatus } from "./status.js";
import { writeWithFlow } from "./write-with-flow.js";

/** What a call needs from its server. */
export interface CallHost {
  readonly log: RpcLog;
  readonly messageBytes: number;
  readonly draining: AbortSignal;
  /** Called when a call starts; what it returns is called when it has ended. */
  enter(): () => void;
}

/** grpc-js' own handler around ours. Messages leave as bytes, so that one that cannot be sent is an error we see. */
export function serveMethod(method: DescMethod, handler: UntypedHandler, host: CallHost): UntypedHandleCall {
  const failed = (error: unknown, aborted: boolean): StatusParts => {
    if (!(error instanceof OcelliError) && !aborted)
      host.log.error({ err: error, method: pathOf(method) }, "call failed");
    return toStatus(error);
  };
  const encodeOne = (message: unknown): Buffer =>
    encodeWithin(method.output, message as MessageInitShape<typeof method.output>, host.messageBytes);

  const pump = async (call: Writable, ctx: CallContext, request: unknown): Promise<void> => {
    const leave = host.enter();
    try {
      await writeWithFlow(call, handler(request, ctx) as AsyncIterable<unknown>, encodeOne, ctx.signal);
      if (!ctx.signal.aborted) call.end();
    } catch (error) {
      const status = failed(error, ctx.signal.aborted);
      if (!ctx.signal.aborted) call.emit("error", status);
    } finally {
      leave();
    }
  };

  const unary: handleUnaryCall<unknown, Buffer> = async (call, callback) => {
    const leave = host.enter();
    const ctx = contextOf(call, host);
    try {
      callback(null, encodeOne(await handler(call.request, ctx)));
    } catch (error) {
      callback(failed(error, ctx.signal.aborted));
    } finally {
      leave();
    }
  };
  const serverStream: handleServerStreamingCall<unknown, Buffer> = (call) =>
    void pump(call, contextOf(call, host), call.request);
  const bidi: handleBidiStreamingCall<unknown, Buffer> = (call) => {
    const ctx = contextOf(call, host);
    void pump(call, ctx, requestsOf(call, ctx.signal));
  };

  if (method.methodKind === "unary") return unary;
  return method.methodKind === "server_streaming" ? serverStream : bidi;
}

/** What all kinds of calls have. */
interface SomeCall extends EventEmitter {
  readonly metadata: Metadata;
  getDeadline(): Deadline;
}

/** The requests of a stream. Leaving the loop early leaves the answers alone; a cancelled call throws "cancelled". */
async function* requestsOf(call: ServerDuplexStream<unknown, Buffer>, signal: AbortSignal): AsyncGenerator<unknown> {
  try {
    for await (const request of call.iterator({ destroyOnReturn: false })) yield request;
  } catch (error) {
    throw signal.aborted ? new OcelliError("cancelled", "the call was cancelled", { cause: error }) : error;
  }
}

function contextOf(call: SomeCall, host: CallHost): CallContext {
  const controller = new AbortController();
  call.on("cancelled", () => controller.abort(new OcelliError("cancelled", "the call was cancelled")));
  const deadline = call.getDeadline();
  const leftMs = (typeof deadline === "number" ? deadline : deadline.getTime()) - Date.now();
  return {
    signal: controller.signal,
    draining: host.draining,
    deadlineMs: Number.isFinite(leftMs) ? Math.max(0, leftMs) : undefined,
    metadata: metadataReader(call.metadata),
  };
}

export function metadataReader(metadata: Metadata): CallMetadata {
  return (name) => metadata.get(name).find((value) => typeof value === "string");
}
