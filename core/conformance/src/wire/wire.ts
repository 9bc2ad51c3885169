import { moduleTokenKey } from "@ocelli/model";
import { Discovery, Enrichment, Plugin, Polling, Sink } from "@ocelli/proto/plugin";
import { type CallOptions, type Client, type Connection, connect, createClient } from "@ocelli/rpc";
import { askHealth } from "./health.js";

/** Far above what a module may send, so that what is too large arrives and can be named. */
const ownLimitBytes = 64 * 1024 * 1024;

/** One connection to a module, with everything that can be asked of it and nothing that judges or repairs. */
export interface Wire {
  readonly target: string;
  readonly plugin: Client<typeof Plugin>;
  readonly discovery: Client<typeof Discovery>;
  readonly enrichment: Client<typeof Enrichment>;
  readonly polling: Client<typeof Polling>;
  readonly sink: Client<typeof Sink>;
  /** How a call is made; with the token of the launch where there is one. */
  options(timeoutMs: number, signal?: AbortSignal): CallOptions;
  /** "SERVING" and so on. */
  health(timeoutMs: number): Promise<string>;
  ready(timeoutMs: number): Promise<void>;
  close(): void;
}

/** Opens a connection that carries `token` with every call; none where it is undefined. */
export function openWire(target: string, token: string | undefined): Wire {
  const connection: Connection = connect(target, { messageBytes: ownLimitBytes });
  const metadata: Record<string, string> = token === undefined ? {} : { [moduleTokenKey]: token };
  const options = (timeoutMs: number, signal?: AbortSignal): CallOptions => ({ timeoutMs, metadata, signal });
  return {
    target,
    plugin: createClient(Plugin, connection),
    discovery: createClient(Discovery, connection),
    enrichment: createClient(Enrichment, connection),
    polling: createClient(Polling, connection),
    sink: createClient(Sink, connection),
    options,
    health: (timeoutMs) => askHealth(connection, options(timeoutMs)),
    ready: (timeoutMs) => connection.ready(timeoutMs),
    close: () => connection.close(),
  };
}
