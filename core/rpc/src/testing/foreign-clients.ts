import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { Client, credentials, loadPackageDefinition, Metadata, type ServiceDefinition } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { service as healthService } from "grpc-health-check";

const modules = createRequire(import.meta.url);

interface ReflectionResponse {
  readonly listServicesResponse?: { readonly service: readonly { readonly name: string }[] };
  readonly fileDescriptorResponse?: { readonly fileDescriptorProto: readonly Buffer[] };
}

/** Asks for health as any other program does, without our adapter. */
export async function askHealth(
  endpoint: string,
  service: string,
  metadata: Readonly<Record<string, string>> = {},
): Promise<string> {
  const check = (healthService as ServiceDefinition)["Check"];
  if (!check) throw new Error("the health service has no Check");
  const client = new Client(endpoint, credentials.createInsecure());
  try {
    return await new Promise((resolve, reject) => {
      const { path, requestSerialize, responseDeserialize } = check;
      const done = (error: Error | null, answer?: { status: string }): void =>
        error ? reject(error) : resolve(answer?.status ?? "");
      client.makeUnaryRequest(path, requestSerialize, responseDeserialize, { service }, toMetadata(metadata), done);
    });
  } finally {
    client.close();
  }
}

/** Asks for reflection as grpcurl does. */
export async function askReflection(endpoint: string, request: object): Promise<ReflectionResponse> {
  const proto = join(dirname(modules.resolve("@grpc/reflection")), "../proto/grpc/reflection/v1/reflection.proto");
  const loaded = loadPackageDefinition(loadSync(proto, { oneofs: true }));
  const definition = findService(loaded);
  const client = new Client(endpoint, credentials.createInsecure());
  try {
    const info = definition["ServerReflectionInfo"];
    if (!info) throw new Error("the reflection service has no ServerReflectionInfo");
    const call = client.makeBidiStreamRequest(
      info.path,
      info.requestSerialize,
      info.responseDeserialize,
      new Metadata(),
    );
    call.end(request) as unknown;
    for await (const answer of call) return answer as ReflectionResponse;
    throw new Error("reflection answered nothing");
  } finally {
    client.close();
  }
}

function findService(loaded: object): ServiceDefinition {
  const path = ["grpc", "reflection", "v1", "ServerReflection", "service"];
  return path.reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], loaded) as ServiceDefinition;
}

function toMetadata(values: Readonly<Record<string, string>>): Metadata {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(values)) metadata.set(name, value);
  return metadata;
}
