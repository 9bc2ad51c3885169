import { createInterface } from "node:readline";
import { create, type DescMessage, fromBinary, toBinary } from "@bufbuild/protobuf";
import { Server, ServerCredentials, type UntypedServiceImplementation } from "@grpc/grpc-js";
import {
  ConfigureRequestSchema,
  ConfigureResponseSchema,
  DescribeResponseSchema,
  DrainResponseSchema,
  HandshakeResponseSchema,
  ValidateConfigResponseSchema,
} from "@ocelli/proto/plugin";
import type { Kind } from "@ocelli/proto/task";
import type { Tally } from "./tally.js";

export interface RawModule {
  readonly name: string;
  readonly kind: Kind.POLLING | Kind.SINK;
  readonly tally: Tally;
  /** Full name of the service it works for, and the handler of its one method, on bytes. */
  readonly service: string;
  readonly method: string;
  readonly requestStream: boolean;
  readonly handler: UntypedServiceImplementation[string];
}

/** Serves a module with nothing but grpc-js and the generated messages, so that a row measures the mesh and not an SDK.
 *  `[bench] report` of its settings says where its counts can be read. */
export function serveRaw(module: RawModule): void {
  const lines = createInterface({ input: process.stdin });
  lines.once("close", () => process.exit(0));
  for (const name of ["SIGTERM", "SIGINT"] as const) process.on(name, () => process.exit(0));
  lines.once("line", (line) => {
    const { socket } = JSON.parse(line) as { socket: string };
    const server = new Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
    server.addService(pluginDefinition, pluginHandlers(module));
    server.addService(
      { [module.method]: bytesMethod(module.service, module.method, module.requestStream) },
      { [module.method]: module.handler },
    );
    server.bindAsync(`unix:${socket}`, ServerCredentials.createInsecure(), (error) => {
      if (error) throw error;
    });
  });
}

const asIs = (bytes: Buffer): Buffer => bytes;

function bytesMethod(service: string, method: string, requestStream: boolean) {
  return {
    path: `/${service}/${method}`,
    requestStream,
    responseStream: true,
    requestSerialize: asIs,
    requestDeserialize: asIs,
    responseSerialize: asIs,
    responseDeserialize: asIs,
  };
}

function unary(method: string) {
  return { ...bytesMethod("ocelli.plugin.v1.Plugin", method, false), responseStream: false };
}

const methods = ["Handshake", "Describe", "ValidateConfig", "Configure", "Drain"];
const pluginDefinition = Object.fromEntries(methods.map((method) => [method, unary(method)]));

type Done = (error: null, answer: Buffer) => void;

function pluginHandlers({ name, kind, tally }: RawModule): UntypedServiceImplementation {
  const encoded = (schema: DescMessage, init: Record<string, unknown>): Buffer =>
    Buffer.from(toBinary(schema, create(schema, init)));
  const answer =
    (schema: DescMessage, init: Record<string, unknown>) =>
    (_: unknown, done: Done): void =>
      done(null, encoded(schema, init));
  return {
    Handshake: answer(HandshakeResponseSchema, {
      protocolMajor: 1,
      protocolMajors: [1],
      name,
      version: "0.1.0",
      instanceId: name,
      bootId: String(process.pid),
      language: "javascript",
    }),
    Describe: answer(DescribeResponseSchema, {
      description: "For the bench.",
      services: [kind],
      settingsSchemaJson: "{}",
    }),
    ValidateConfig: answer(ValidateConfigResponseSchema, {}),
    Configure: (call: { request: Buffer }, done: Done) => {
      const { settingsJson } = fromBinary(ConfigureRequestSchema, call.request);
      const settings = JSON.parse(settingsJson) as { bench?: { report?: string } };
      if (settings.bench?.report) tally.listen(settings.bench.report);
      done(null, encoded(ConfigureResponseSchema, {}));
    },
    Drain: answer(DrainResponseSchema, {}),
  };
}
