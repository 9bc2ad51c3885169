import { once } from "node:events";
import {
  create,
  type DescMessage,
  type DescMethod,
  type DescService,
  fromBinary,
  type MessageInitShape,
  toBinary,
} from "@bufbuild/protobuf";
import {
  type handleUnaryCall,
  Metadata,
  type Server,
  type ServerDuplexStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  type StatusObject,
  status,
  type UntypedHandleCall,
} from "@grpc/grpc-js";

/** Ends a call with a gRPC status. */
export class Refusal extends Error {
  readonly code: number;
  readonly detailsBytes: number;

  constructor(code: number, message: string, detailsBytes = 0) {
    super(message);
    this.code = code;
    this.detailsBytes = detailsBytes;
  }
}

/** What a handler is given besides its request. */
export interface Call {
  /** Aborts when the caller cancels or is gone. */
  readonly signal: AbortSignal;
  /** Sends one answer; resolves once there is room for the next. */
  send(init: object): Promise<void>;
}

// Requests are of the type of the method that the handler is written for.
export type Handler = (request: never, call: Call) => Promise<object | undefined>;

type AnyCall = ServerUnaryCall<unknown, unknown> &
  ServerWritableStream<unknown, unknown> &
  ServerDuplexStream<unknown, unknown>;

/** Serves a service of the contracts with the plain gRPC library. `admit` looks at the metadata of every call first. */
export function addService(
  server: Server,
  service: DescService,
  handlers: Readonly<Record<string, Handler>>,
  admit: (metadata: Metadata) => void,
  /** Whether a writer waits for its reader. Only a broken module does not. */
  waits = true,
): void {
  const entries = service.methods.map((method) => [method.localName, method] as const);
  const definition = Object.fromEntries(entries.map(([name, method]) => [name, definitionOf(service, method)]));
  const implementation = Object.fromEntries(
    entries.map(([name, method]) => [name, handle(method, handlers[name], admit, waits)]),
  );
  server.addService(definition, implementation);
}

function definitionOf(service: DescService, method: DescMethod) {
  const bytes = (schema: DescMessage) => (init: unknown) =>
    Buffer.from(toBinary(schema, create(schema, init as MessageInitShape<typeof schema>)));
  const message = (schema: DescMessage) => (data: Buffer) => fromBinary(schema, data);
  return {
    path: `/${service.typeName}/${method.name}`,
    requestStream: method.methodKind === "bidi_streaming",
    responseStream: method.methodKind !== "unary",
    requestSerialize: bytes(method.input),
    requestDeserialize: message(method.input),
    responseSerialize: bytes(method.output),
    responseDeserialize: message(method.output),
  };
}

function handle(method: DescMethod, handler: Handler | undefined, admit: (metadata: Metadata) => void, waits: boolean) {
  const run = async (raw: AnyCall, answer: (error: object | null, value?: object) => void): Promise<void> => {
    const gone = new AbortController();
    raw.on("cancelled", () => gone.abort());
    const send = async (init: object): Promise<void> => {
      if (gone.signal.aborted || raw.write(init) || !waits) return;
      await once(raw, "drain", { signal: gone.signal }).catch(() => {});
    };
    try {
      admit(raw.metadata);
      const request = method.methodKind === "bidi_streaming" ? raw.iterator({ destroyOnReturn: false }) : raw.request;
      const value = await handler?.(request as never, { signal: gone.signal, send });
      answer(null, value);
    } catch (error) {
      if (!gone.signal.aborted) answer(statusOf(error));
    }
  };
  const unary = (raw: AnyCall, callback: (error: object | null, value?: object) => void): void =>
    void run(raw, callback);
  const stream = (raw: AnyCall): void => void run(raw, (error) => void (error ? raw.emit("error", error) : raw.end()));
  // Each is registered for the one kind of call it is made for.
  return (method.methodKind === "unary" ? unary : stream) as unknown as UntypedHandleCall;
}

function statusOf(error: unknown): Partial<StatusObject> {
  const metadata = new Metadata();
  if (!(error instanceof Refusal)) return { code: status.INTERNAL, details: "internal error", metadata };
  if (error.detailsBytes > 0) metadata.set("grpc-status-details-bin", Buffer.alloc(error.detailsBytes, 1));
  return { code: error.code, details: error.message.slice(0, 900), metadata };
}

/** The health service, written out: its one answer is a message with the field status = 1. */
export function addHealth(server: Server, isServing: () => boolean, admit: (metadata: Metadata) => void): void {
  const asIs = (bytes: Buffer): Buffer => bytes;
  server.addService(
    {
      check: {
        path: "/grpc.health.v1.Health/Check",
        requestStream: false,
        responseStream: false,
        requestSerialize: asIs,
        requestDeserialize: asIs,
        responseSerialize: asIs,
        responseDeserialize: asIs,
      },
    },
    {
      check: ((raw, callback) => {
        try {
          admit(raw.metadata);
          callback(null, Buffer.of(8, isServing() ? 1 : 2));
        } catch (error) {
          callback(statusOf(error));
        }
      }) satisfies handleUnaryCall<Buffer, Buffer>,
    },
  );
}
