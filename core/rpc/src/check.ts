import { ResponderBuilder, ServerInterceptingCall, type ServerInterceptor, ServerListenerBuilder } from "@grpc/grpc-js";
import { OcelliError } from "@ocelli/model";
import type { RpcLog } from "./log.js";
import { metadataReader } from "./serve-call.js";
import type { CallMetadata } from "./service.js";
import { toStatus } from "./status.js";

/** Asks `check` before any handler sees the call, whichever service it is for. */
export function checkInterceptor(
  check: (metadata: CallMetadata, method: string) => void,
  log: RpcLog,
): ServerInterceptor {
  return (method, call) => {
    const listener = new ServerListenerBuilder()
      .withOnReceiveMetadata((metadata, next) => {
        try {
          check(metadataReader(metadata), method.path);
        } catch (error) {
          if (!(error instanceof OcelliError)) log.error({ err: error, method: method.path }, "call check failed");
          call.sendStatus(toStatus(error));
          return;
        }
        next(metadata);
      })
      .build();
    return new ServerInterceptingCall(call, new ResponderBuilder().withStart((next) => next(listener)).build());
  };
}
