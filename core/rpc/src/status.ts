import { Metadata, type ServiceError, status as Status } from "@grpc/grpc-js";
import { type ErrorCode, messageOf, OcelliError } from "@ocelli/model";
import { FaultError } from "./fault.js";
import { sentenceMaxBytes } from "./limits.js";
import { decodeStatusDetails, encodeStatusDetails } from "./status-details.js";
import { truncateUtf8 } from "./truncate.js";

const statusByCode = {
  invalid: Status.INVALID_ARGUMENT,
  not_found: Status.NOT_FOUND,
  conflict: Status.ABORTED,
  precondition: Status.FAILED_PRECONDITION,
  exhausted: Status.RESOURCE_EXHAUSTED,
  unauthenticated: Status.UNAUTHENTICATED,
  denied: Status.PERMISSION_DENIED,
  timeout: Status.DEADLINE_EXCEEDED,
  cancelled: Status.CANCELLED,
  unavailable: Status.UNAVAILABLE,
  unimplemented: Status.UNIMPLEMENTED,
  internal: Status.INTERNAL,
} as const satisfies Record<ErrorCode, Status>;

const codeByStatus = new Map<number, ErrorCode>([
  ...Object.entries(statusByCode).map(([code, status]): [number, ErrorCode] => [status, code as ErrorCode]),
  [Status.ALREADY_EXISTS, "conflict"],
  [Status.OUT_OF_RANGE, "invalid"],
]);

/** What grpc-js says where the other side broke the stream off, as a process does that is stopped by force. */
const brokenOff = /^(Call cancelled$|Received RST_STREAM with code )/;

const detailsKey = "grpc-status-details-bin";

/** What grpc-js wants of a failed call. */
export interface StatusParts {
  readonly code: Status;
  readonly details: string;
  readonly metadata: Metadata;
}

/** An error as it leaves the process. What is not an OcelliError leaves as "internal error": its cause is for the log,
 *  not for strangers. */
export function toStatus(error: unknown): StatusParts {
  const metadata = new Metadata();
  if (!(error instanceof OcelliError)) return { code: Status.INTERNAL, details: "internal error", metadata };
  const code = statusByCode[error.code];
  if (error instanceof FaultError) {
    metadata.set(detailsKey, Buffer.from(encodeStatusDetails(code, error.message, error.fault)));
  }
  return { code, details: truncateUtf8(error.message, sentenceMaxBytes), metadata };
}

/** What a call ended with, as an error somebody can act on. A FaultError where the other side said whose fault it was. */
export function statusOf(error: unknown): OcelliError {
  if (error instanceof OcelliError) return error;
  if (!isServiceError(error)) return new OcelliError("internal", messageOf(error), { cause: error });
  const code = brokenOff.test(error.details) ? "unavailable" : (codeByStatus.get(error.code) ?? "internal");
  const message = tidy(error.details) || (Status[error.code] ?? `gRPC status ${error.code}`);
  const details = error.metadata?.get(detailsKey)[0];
  const fault = details instanceof Uint8Array ? decodeStatusDetails(details) : undefined;
  if (!fault) return new OcelliError(code, message, { cause: error });
  return new FaultError(code, { ...fault, message: fault.message === "" ? message : fault.message }, { cause: error });
}

/** Without what only the library's authors want to know. */
function tidy(details: string): string {
  return details.replace(/^(Deadline exceeded after [\d.]+s),.*$/s, "$1").replace(/ Resolution note: .*$/s, "");
}

function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && "details" in error && "code" in error && typeof error.code === "number";
}
