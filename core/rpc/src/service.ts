import type {
  DescMessage,
  DescMethod,
  DescMethodBiDiStreaming,
  DescMethodServerStreaming,
  DescMethodUnary,
  DescService,
  MessageInitShape,
  MessageShape,
} from "@bufbuild/protobuf";
import { methodsOf } from "./method.js";

/** Reads a text value of a call's metadata. */
export type CallMetadata = (name: string) => string | undefined;

/** What a handler knows of its call. */
export interface CallContext {
  /** Aborts when the caller cancels, is gone, or the deadline is over. */
  readonly signal: AbortSignal;
  /** Aborts when the server wants to stop. Streams without an end of their own end then. */
  readonly draining: AbortSignal;
  /** How long the call may take from its receipt on; undefined without a deadline. */
  readonly deadlineMs: number | undefined;
  readonly metadata: CallMetadata;
}

/** An answer, or the bytes of one that is encoded already: those of no other message. */
type Answer<O extends DescMessage> = MessageInitShape<O> | Uint8Array;

type Handler<M> =
  M extends DescMethodUnary<infer I, infer O>
    ? (request: MessageShape<I>, ctx: CallContext) => Promise<Answer<O>> | Answer<O>
    : M extends DescMethodServerStreaming<infer I, infer O>
      ? (request: MessageShape<I>, ctx: CallContext) => AsyncIterable<Answer<O>>
      : M extends DescMethodBiDiStreaming<infer I, infer O>
        ? (requests: AsyncIterable<MessageShape<I>>, ctx: CallContext) => AsyncIterable<Answer<O>>
        : never;

/** One function a method. Streams are async generators; they are asked for more only while the reader keeps up. */
export type Handlers<S extends DescService> = { [K in keyof S["method"]]: Handler<S["method"][K]> };

/** A handler whose types were checked where it was written. */
export type UntypedHandler = (request: unknown, ctx: CallContext) => unknown;

export interface ServiceImplementation {
  readonly service: DescService;
  handlerOf(method: DescMethod): UntypedHandler;
}

/** A service and what it does, for `startServer`. */
export function implement<S extends DescService>(service: S, handlers: Handlers<S>): ServiceImplementation {
  methodsOf(service);
  const byName = handlers as Readonly<Record<string, UntypedHandler>>;
  return {
    service,
    handlerOf: (method) => (request, ctx) => {
      const handler = byName[method.localName];
      if (!handler) throw new TypeError(`${service.typeName} has no handler for ${method.name}`);
      return handler.call(handlers, request, ctx);
    },
  };
}
