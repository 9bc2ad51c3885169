import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { type ErrorCode, OcelliError } from "@ocelli/model";
import { type Fault, FaultSchema } from "@ocelli/proto/resource";

export type FaultInit = MessageInitShape<typeof FaultSchema>;

/** An error that says whose fault it was and when to try again. The fault crosses the wire with it. */
export class FaultError extends OcelliError {
  readonly fault: Fault;

  constructor(code: ErrorCode, fault: FaultInit, options?: { cause?: unknown }) {
    super(code, fault.message ?? "", options);
    this.name = "FaultError";
    this.fault = create(FaultSchema, fault);
  }
}
