import { credentials, Client as GrpcClient } from "@grpc/grpc-js";
import { OcelliError } from "@ocelli/model";
import { CancelPacer } from "./cancel-pacer.js";
import { clientOptions } from "./channel-options.js";
import { defaultMessageBytes } from "./limits.js";

export interface ConnectOptions {
  /** Largest message both ways; 4 MiB where it is not said. */
  readonly messageBytes?: number;
}

/** One channel. It connects with its first call and again by itself; calls in between fail with "unavailable". */
export interface Connection {
  /** As given to `connect`. */
  readonly target: string;
  /** Resolves once the channel is up; throws "timeout" where it is not within `timeoutMs`. */
  ready(timeoutMs: number): Promise<void>;
  /** Ends the channel. Calls that run are ended by their own deadlines or signals. */
  close(): void;
}

export interface Channel {
  readonly client: GrpcClient;
  readonly messageBytes: number;
  readonly pacer: CancelPacer;
}

const channels = new WeakMap<Connection, Channel>();

/** A channel to "unix:/path" or "host:port". Nothing is dialled before the first call. */
export function connect(target: string, options: ConnectOptions = {}): Connection {
  const messageBytes = options.messageBytes ?? defaultMessageBytes;
  const client = new GrpcClient(target, credentials.createInsecure(), clientOptions(messageBytes));
  const pacer = new CancelPacer();
  const connection: Connection = {
    target,
    close: () => {
      pacer.close();
      client.close();
    },
    ready: (timeoutMs) =>
      new Promise((resolve, reject) => {
        client.waitForReady(Date.now() + timeoutMs, (error) => {
          if (!error) resolve();
          else reject(new OcelliError("timeout", `${target} did not answer within ${timeoutMs} ms`, { cause: error }));
        });
      }),
  };
  channels.set(connection, { client, messageBytes, pacer });
  return connection;
}

export function channelOf(connection: Connection): Channel {
  const channel = channels.get(connection);
  if (!channel) throw new TypeError("only connections made by connect() carry calls");
  return channel;
}
