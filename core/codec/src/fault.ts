import { create } from "@bufbuild/protobuf";
import type { Fault } from "@ocelli/model";
import { FaultSchema, type Fault as ProtoFault } from "@ocelli/proto/resource";
import { originWords, retryWords, scopeWords, statusFromProto, statusToProto } from "./words.js";

export function faultToProto(fault: Fault): ProtoFault {
  return create(FaultSchema, {
    message: fault.message,
    origin: originWords.to(fault.origin),
    retry: retryWords.to(fault.retry),
    scope: scopeWords.to(fault.scope),
    status: statusToProto(fault.status),
  });
}

/** A fault that says no status failed all the same: it counts as internal. */
export function faultFromProto(proto: ProtoFault): Fault {
  const status = statusFromProto(proto.status);
  return {
    message: proto.message,
    origin: originWords.from(proto.origin),
    retry: retryWords.from(proto.retry),
    scope: scopeWords.from(proto.scope),
    status: status === "success" ? "internal" : status,
  };
}
