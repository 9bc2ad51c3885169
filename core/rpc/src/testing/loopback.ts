import type { MessageInitShape } from "@bufbuild/protobuf";
import {
  Plugin,
  Polling,
  type PollRequest,
  type PollResponseSchema,
  Sink,
  type WriteRequest,
} from "@ocelli/proto/plugin";
import { afterEach } from "vitest";
import {
  type CallContext,
  type Connection,
  type ConnectOptions,
  connect,
  implement,
  type RunningServer,
  type ServerOptions,
  type ServiceImplementation,
  startServer,
} from "../index.js";

const open: { close(): void | Promise<void> }[] = [];

afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

/** A server on a free loopback port and a connection to it; both are closed after the test. */
export async function loopback(
  services: readonly ServiceImplementation[],
  options: Partial<ServerOptions> & { connect?: ConnectOptions } = {},
): Promise<{ server: RunningServer; connection: Connection }> {
  const server = await startServer({ listen: "127.0.0.1:0", services, ...options });
  const connection = connect(server.endpoint, options.connect);
  open.push({ close: () => server.shutdown(0) }, connection);
  return { server, connection };
}

type PollResponse = MessageInitShape<typeof PollResponseSchema> | Uint8Array;

export function polling(poll: (request: PollRequest, ctx: CallContext) => AsyncIterable<PollResponse>) {
  return implement(Polling, { poll });
}

/** A Plugin service whose handshake is `handshake`; the rest answers nothing. */
export function plugin(handshake: (name: string, ctx: CallContext) => string | Promise<string>) {
  return implement(Plugin, {
    handshake: async ({ launchId }, ctx) => ({ name: await handshake(launchId, ctx) }),
    describe: () => ({}),
    validateConfig: () => ({}),
    configure: () => ({}),
    drain: () => ({}),
  });
}

export function sink(
  write: (requests: AsyncIterable<WriteRequest>, ctx: CallContext) => AsyncIterable<{ batch: bigint }>,
) {
  return implement(Sink, { write });
}

/** A promise and what settles it. */
export function gate<T = void>(): { readonly open: (value: T) => void; readonly opened: Promise<T> } {
  let open: (value: T) => void = () => {};
  const opened = new Promise<T>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

export function whenAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

export async function all<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const seen: T[] = [];
  for await (const one of stream) seen.push(one);
  return seen;
}
