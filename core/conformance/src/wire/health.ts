import { create, createFileRegistry, type Message } from "@bufbuild/protobuf";
import {
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
} from "@bufbuild/protobuf/wkt";
import { type CallOptions, type Connection, createClient } from "@ocelli/rpc";

const { OPTIONAL } = FieldDescriptorProto_Label;

/** The part of grpc.health.v1 that a check needs, as its authors publish it. */
const file = create(FileDescriptorProtoSchema, {
  name: "grpc/health/v1/health.proto",
  package: "grpc.health.v1",
  syntax: "proto3",
  messageType: [
    {
      name: "HealthCheckRequest",
      field: [
        { name: "service", number: 1, label: OPTIONAL, type: FieldDescriptorProto_Type.STRING, jsonName: "service" },
      ],
    },
    {
      name: "HealthCheckResponse",
      field: [
        { name: "status", number: 1, label: OPTIONAL, type: FieldDescriptorProto_Type.INT32, jsonName: "status" },
      ],
    },
  ],
  service: [
    {
      name: "Health",
      method: [
        {
          name: "Check",
          inputType: ".grpc.health.v1.HealthCheckRequest",
          outputType: ".grpc.health.v1.HealthCheckResponse",
        },
      ],
    },
  ],
});

const words = ["UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"];

type Check = (request: { service: string }, options: CallOptions) => Promise<Message & { status: number }>;

/** Asks the standard health service: "SERVING", "NOT_SERVING" and so on. Throws OcelliError where it does not answer. */
export async function askHealth(connection: Connection, options: CallOptions): Promise<string> {
  const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: [file] }));
  const service = registry.getService("grpc.health.v1.Health");
  if (!service) throw new TypeError("the health service's description is broken");
  // The description is made above, so that its one method has the types that stand here.
  const { check } = createClient(service, connection) as unknown as { check: Check };
  const { status } = await check({ service: "" }, options);
  return words[status] ?? `status ${status}`;
}
