import {
  create,
  type DescMessage,
  fromBinary,
  type MessageInitShape,
  type MessageShape,
  toBinary,
} from "@bufbuild/protobuf";
import { Client, credentials, Metadata } from "@grpc/grpc-js";
import {
  DeregisterRequestSchema,
  DeregisterResponseSchema,
  HeartbeatRequestSchema,
  type HeartbeatResponse,
  HeartbeatResponseSchema,
  RegisterRequestSchema,
  RegisterResponseSchema,
} from "@ocelli/proto/registry";
import { name, type Parts, version } from "./parts.js";

const service = "/ocelli.registry.v1.ModuleRegistry";

/** Keeps a stand-alone module registered until `signal` aborts, then takes it away. */
export async function stayRegistered(
  module: Parts,
  registry: string,
  endpoint: string,
  joinToken: string,
  signal: AbortSignal,
): Promise<void> {
  const { breaks, bootId, instanceId } = module;
  const client = new Client(registry, credentials.createInsecure());
  const metadata = new Metadata();
  metadata.set("ocelli-join-token", joinToken);
  const who = { name, instanceId, bootId };
  while (!signal.aborted) {
    const said = breaks("wrong-version") ? "0.0.0" : version;
    const request = { ...who, version: said, endpoint };
    const lease = await unary(
      client,
      metadata,
      "Register",
      RegisterRequestSchema,
      RegisterResponseSchema,
      request,
    ).catch(() => undefined);
    if (lease) await beat(client, breaks("hides-join-token") ? new Metadata() : metadata, who, lease, module, signal);
    if (!signal.aborted) await pause(200, signal);
    if (breaks("registers-once")) await pause(2 ** 30, signal);
  }
  if (!breaks("leaves-without-a-word")) {
    await unary(client, metadata, "Deregister", DeregisterRequestSchema, DeregisterResponseSchema, who).catch(() => {});
  }
  client.close();
}

/** Sends heartbeats until the registry does not know the module any more, or the stream breaks. */
function beat(
  client: Client,
  metadata: Metadata,
  who: MessageInitShape<typeof HeartbeatRequestSchema>,
  { heartbeatEveryMs }: { heartbeatEveryMs: number },
  { breaks }: Parts,
  signal: AbortSignal,
): Promise<void> {
  const stream = client.makeBidiStreamRequest(
    `${service}/Heartbeat`,
    (init: typeof who) => Buffer.from(toBinary(HeartbeatRequestSchema, create(HeartbeatRequestSchema, init))),
    (bytes) => fromBinary(HeartbeatResponseSchema, bytes),
    metadata,
  );
  return new Promise((resolve) => {
    const end = (): void => {
      clearInterval(timer);
      signal.removeEventListener("abort", end);
      stream.cancel();
      resolve();
    };
    const timer = setInterval(() => {
      if (!breaks("one-heartbeat")) stream.write(who);
    }, heartbeatEveryMs);
    stream.write(who);
    stream.on("data", (response: HeartbeatResponse) => {
      if (response.unknown) end();
    });
    stream.on("error", end);
    stream.on("end", end);
    signal.addEventListener("abort", end, { once: true });
  });
}

function unary<I extends DescMessage, O extends DescMessage>(
  client: Client,
  metadata: Metadata,
  method: string,
  input: I,
  output: O,
  request: MessageInitShape<I>,
): Promise<MessageShape<O>> {
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(
      `${service}/${method}`,
      (init: MessageInitShape<I>) => Buffer.from(toBinary(input, create(input, init))),
      (bytes) => fromBinary(output, bytes),
      request,
      metadata,
      { deadline: Date.now() + 5_000 },
      (error, answer) => (error || !answer ? reject(error) : resolve(answer)),
    );
  });
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
