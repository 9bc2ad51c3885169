import { Server, ServerCredentials, type ServiceDefinition } from "@grpc/grpc-js";
import { messageOf, OcelliError } from "@ocelli/model";
import { HealthImplementation } from "grpc-health-check";
import { CallsInFlight } from "./calls-in-flight.js";
import { commonOptions } from "./channel-options.js";
import { checkInterceptor } from "./check.js";
import { defaultMessageBytes } from "./limits.js";
import { clearStaleSocket, type ListenAddress, parseListenAddress } from "./listen-address.js";
import { type RpcLog, silentLog } from "./log.js";
import { decode, methodsOf, pathOf, streamFlags } from "./method.js";
import { reflectionOf } from "./reflection.js";
import { type CallHost, serveMethod } from "./serve-call.js";
import type { CallMetadata, ServiceImplementation } from "./service.js";

export interface ServerOptions {
  /** "host:port" (port 0 for a free one) or "unix:/path" (a stale socket there is removed). */
  readonly listen: string;
  readonly services: readonly ServiceImplementation[];
  /** On unless false. */
  readonly reflection?: boolean;
  /** Looks at every call before its handler, health and reflection included. Throws "unauthenticated" to refuse it. */
  readonly check?: ((metadata: CallMetadata, method: string) => void) | undefined;
  /** Where causes of internal errors go. Nowhere where it is not said. */
  readonly log?: RpcLog;
  /** Largest message both ways; 4 MiB where it is not said. */
  readonly messageBytes?: number;
}

export interface RunningServer {
  /** What to hand to `connect`: "host:port" with the real port, or "unix:/path". */
  readonly endpoint: string;
  /** 0 on a unix socket. */
  readonly port: number;
  /** What health checks hear. True from the start. */
  setServing(serving: boolean): void;
  /** Takes no new calls, raises `draining` in the running ones, waits for them at most `graceMs`, then ends them.
   *  Resolves when the socket is closed. Calling it again waits for the same end. */
  shutdown(graceMs: number): Promise<void>;
}

/** Serves with health and reflection. Throws "unavailable" where it cannot listen there. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { listen, services, check, log = silentLog, messageBytes = defaultMessageBytes } = options;
  const address = parseListenAddress(listen);
  const draining = new AbortController();
  const calls = new CallsInFlight();
  const host: CallHost = { log, messageBytes, draining: draining.signal, enter: () => calls.enter() };
  const server = new Server({
    ...commonOptions(messageBytes),
    ...(check ? { interceptors: [checkInterceptor(check, log)] } : {}),
  });
  for (const implementation of services) addService(server, implementation, host);
  const names = ["", ...services.map(({ service }) => service.typeName)];
  const health = new HealthImplementation();
  const setServing = (serving: boolean): void => {
    for (const name of names) health.setStatus(name, serving ? "SERVING" : "NOT_SERVING");
  };
  setServing(true);
  health.addToServer(server);
  if (options.reflection !== false) reflectionOf(services.map(({ service }) => service)).addToServer(server);

  const port = await bind(server, address, listen);
  let stopped: Promise<void> | undefined;
  const stop = async (graceMs: number): Promise<void> => {
    setServing(false);
    draining.abort();
    const closed = new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
    const forced = calls.idle(graceMs).then(() => server.forceShutdown());
    await Promise.race([closed, forced]);
    calls.stopWaiting();
    await closed;
  };
  return {
    endpoint: address.kind === "unix" ? `unix:${address.path}` : `${address.host}:${port}`,
    port: address.kind === "unix" ? 0 : port,
    setServing,
    shutdown: (graceMs) => {
      stopped ??= stop(graceMs);
      return stopped;
    },
  };
}

function addService(server: Server, implementation: ServiceImplementation, host: CallHost): void {
  const methods = methodsOf(implementation.service);
  const definition: ServiceDefinition = Object.fromEntries(
    methods.map((method) => [
      method.localName,
      {
        path: pathOf(method),
        ...streamFlags(method),
        requestSerialize: () => Buffer.alloc(0), // Only clients serialise requests.
        requestDeserialize: (bytes: Buffer) => decode(method.input, bytes),
        responseSerialize: (bytes: Buffer) => bytes,
        responseDeserialize: (bytes: Buffer) => bytes,
      },
    ]),
  );
  const handlers = methods.map((m) => [m.localName, serveMethod(m, implementation.handlerOf(m), host)] as const);
  server.addService(definition, Object.fromEntries(handlers));
}

async function bind(server: Server, address: ListenAddress, listen: string): Promise<number> {
  if (address.kind === "unix") await clearStaleSocket(address.path);
  return new Promise((resolve, reject) => {
    server.bindAsync(listen, ServerCredentials.createInsecure(), (error, port) => {
      if (!error) resolve(port);
      else reject(new OcelliError("unavailable", `cannot listen on ${listen}: ${messageOf(error)}`, { cause: error }));
    });
  });
}
