import { type ChannelOptions, logVerbosity, setLogVerbosity } from "@grpc/grpc-js";
import { defaultMessageBytes } from "./limits.js";

const keepaliveMs = 10_000;

// Whatever the library has to say comes as an error too, and stderr belongs to our own log.
if (process.env["GRPC_VERBOSITY"] === undefined) setLogVerbosity(logVerbosity.NONE);

/** What both ends of a channel share: both size limits, and pings that notice a peer that is gone. */
export function commonOptions(messageBytes = defaultMessageBytes): ChannelOptions {
  return {
    "grpc.max_send_message_length": messageBytes,
    "grpc.max_receive_message_length": messageBytes,
    "grpc.keepalive_time_ms": keepaliveMs,
    "grpc.keepalive_timeout_ms": keepaliveMs,
    "grpc.keepalive_permit_without_calls": 1,
  };
}

/** Retries are off because the guard decides about repetition, proxies because the mesh's addresses are its own, and
 *  channels share no sockets so that closing one ends its connection. */
export function clientOptions(messageBytes?: number): ChannelOptions {
  return {
    ...commonOptions(messageBytes),
    "grpc.enable_retries": 0,
    "grpc.enable_http_proxy": 0,
    "grpc.service_config_disable_resolution": 1,
    "grpc.use_local_subchannel_pool": 1,
    "grpc.initial_reconnect_backoff_ms": 50,
    "grpc.max_reconnect_backoff_ms": 1_000,
    // Only here: a server without channelz loses track of its sessions, and forceShutdown() then ends none of them.
    "grpc.enable_channelz": 0,
    "grpc-node.flow_control_window": 1024 * 1024,
  };
}
