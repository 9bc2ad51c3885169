// A module without any SDK, for tests: plain grpc-js and the generated messages. Every behaviour can be replaced.
import { createInterface } from "node:readline";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { Server, ServerCredentials, status } from "@grpc/grpc-js";
import { Discovery } from "../../../proto/gen/ocelli/plugin/v1/discovery_pb.js";
import { Enrichment } from "../../../proto/gen/ocelli/plugin/v1/enrichment_pb.js";
import { Plugin } from "../../../proto/gen/ocelli/plugin/v1/plugin_pb.js";
import { Polling } from "../../../proto/gen/ocelli/plugin/v1/polling_pb.js";
import { Sink } from "../../../proto/gen/ocelli/plugin/v1/sink_pb.js";

const services = [Plugin, Discovery, Enrichment, Polling, Sink];

/** What a well-behaved module does. Unary handlers return their answer; streaming ones get the call. */
const goodManners = {
  handshake: () => ({
    protocolMajor: 1,
    protocolMajors: [1],
    name: "fake",
    version: "0.1.0",
    instanceId: "i",
    bootId: String(process.pid),
    language: "javascript",
  }),
  describe: () => ({ description: "For tests.", services: [3], settingsSchemaJson: "{}" }),
  validateConfig: () => ({}),
  configure: () => ({}),
  drain: () => ({}),
  poll: (call) => {
    for (const { item } of call.request.items) call.write({ answers: [{ item, groups: [cpu(1)] }] });
    call.end();
  },
  enrich: (call) => call.end(),
  discover: (call) => call.end(),
  write: (call) => {
    call.on("data", ({ batch }) => call.write({ batch }));
    call.on("end", () => call.end());
  },
  onStdinEnd: () => process.exit(0),
};

export function cpu(value) {
  return { name: "cpu", metrics: [{ name: "load", type: 1, value: { case: "doubleValue", value } }] };
}

/** An error with a gRPC status. */
export function failure(name, details) {
  return Object.assign(new Error(details), { code: status[name], details });
}

export function readBootstrap(onEnd = () => process.exit(0)) {
  return new Promise((resolve) => {
    const lines = createInterface({ input: process.stdin });
    lines.once("line", (line) => resolve(JSON.parse(line)));
    lines.once("close", onEnd);
  });
}

export function serveOn(address, token, behaviour) {
  const manners = { ...goodManners, ...behaviour };
  const server = new Server();
  for (const service of services) server.addService(definitionOf(service), handlersOf(service, manners, token));
  return new Promise((resolve, reject) => {
    server.bindAsync(address, ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve(port),
    );
  });
}

export async function runFake(behaviour = {}) {
  const { onStdinEnd } = { ...goodManners, ...behaviour };
  const line = await readBootstrap(onStdinEnd);
  await serveOn(`unix:${line.socket}`, line.token, behaviour);
  return line;
}

function definitionOf(service) {
  return Object.fromEntries(
    service.methods.map((method) => [
      method.localName,
      {
        path: `/${service.typeName}/${method.name}`,
        requestStream: method.methodKind === "bidi_streaming",
        responseStream: method.methodKind !== "unary",
        requestSerialize: () => Buffer.alloc(0),
        requestDeserialize: (bytes) => fromBinary(method.input, bytes),
        responseSerialize: (init) => Buffer.from(toBinary(method.output, create(method.output, init))),
        responseDeserialize: (bytes) => bytes,
      },
    ]),
  );
}

function handlersOf(service, manners, token) {
  const refused = failure("UNAUTHENTICATED", "wrong token");
  const known = (call) => token === undefined || call.metadata.get("ocelli-token")[0] === token;
  return Object.fromEntries(
    service.methods.map((method) => {
      const act = manners[method.localName];
      if (method.methodKind !== "unary") {
        return [method.localName, (call) => (known(call) ? act(call) : call.emit("error", refused))];
      }
      const unary = async (call, done) => {
        try {
          if (!known(call)) throw refused;
          done(null, await act(call.request));
        } catch (error) {
          done(error);
        }
      };
      return [method.localName, unary];
    }),
  );
}
