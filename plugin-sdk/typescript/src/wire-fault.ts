import { toBinary } from "@bufbuild/protobuf";
import { faultToProto } from "@ocelli/codec";
import { type Fault, FaultSchema } from "@ocelli/proto/resource";
import { faultOf, type PollFault } from "./poll-fault.js";
import type { Redactor } from "./redactor.js";

/** A fault's sentence is at most 1 KiB long. In characters, as no character of a sentence is worth a count in bytes. */
const sentenceMaxChars = 340;

/** A fault as it leaves the module: without secrets, and not longer than anybody reads. */
export function wireFault(fault: PollFault, redactor: Redactor): Fault {
  const message = redactor.apply(fault.message);
  const short = message.length > sentenceMaxChars ? `${message.slice(0, sentenceMaxChars - 1)}…` : message;
  return faultToProto({ ...faultOf(fault), message: short });
}

/** The same, encoded. */
export function wireFaultBytes(fault: PollFault, redactor: Redactor): Uint8Array {
  return toBinary(FaultSchema, wireFault(fault, redactor));
}
