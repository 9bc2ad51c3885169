export { askHealth, type Health } from "./ask-health.js";
export { type ByteCall, type ByteListener, callWithBytes, streamWithBytes } from "./byte-call.js";
export type { CallOptions } from "./call-options.js";
export { type Client, createClient } from "./client.js";
export { type Connection, type ConnectOptions, connect } from "./connection.js";
export { FaultError, type FaultInit } from "./fault.js";
export { defaultMessageBytes } from "./limits.js";
export { type ListenAddress, parseListenAddress } from "./listen-address.js";
export type { RpcLog } from "./log.js";
export { type RunningServer, type ServerOptions, startServer } from "./server.js";
export {
  type CallContext,
  type CallMetadata,
  type Handlers,
  implement,
  type ServiceImplementation,
} from "./service.js";
export { type StatusParts, statusOf, toStatus } from "./status.js";
export { untilAborted } from "./until-aborted.js";
