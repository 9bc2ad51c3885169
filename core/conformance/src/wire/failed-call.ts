import type { Fault } from "@ocelli/proto/resource";
import { FaultError, statusOf } from "@ocelli/rpc";

/** How a call failed, as it was on the wire. */
export interface FailedCall {
  /** Such as "UNAVAILABLE". */
  readonly status: string;
  readonly sentence: string;
  /** Size of `grpc-status-details-bin`, however large. */
  readonly detailsBytes: number;
  readonly fault: Fault | undefined;
}

const names = [
  ..."OK CANCELLED UNKNOWN INVALID_ARGUMENT DEADLINE_EXCEEDED NOT_FOUND ALREADY_EXISTS PERMISSION_DENIED".split(" "),
  ..."RESOURCE_EXHAUSTED FAILED_PRECONDITION ABORTED OUT_OF_RANGE UNIMPLEMENTED INTERNAL UNAVAILABLE".split(" "),
  ..."DATA_LOSS UNAUTHENTICATED".split(" "),
];

/** What stands below our own error: the library's, with everything that came. */
interface Raw {
  readonly code?: unknown;
  readonly details?: unknown;
  readonly metadata?: { get(name: string): readonly unknown[] };
}

/** Reads the error of a call without judging it: `statusOf` keeps back what no good module sends. */
export function failedCall(error: unknown): FailedCall {
  const known = statusOf(error);
  const raw: Raw = typeof known.cause === "object" && known.cause !== null ? known.cause : {};
  const details = raw.metadata?.get("grpc-status-details-bin")[0];
  const status = typeof raw.code === "number" ? (names[raw.code] ?? `code ${raw.code}`) : fallback(known.code);
  return {
    status,
    sentence: typeof raw.details === "string" ? raw.details : known.message,
    detailsBytes: details instanceof Uint8Array ? details.length : 0,
    fault: known instanceof FaultError ? known.fault : undefined,
  };
}

/** Errors of our own side, such as a cancel. */
function fallback(code: string): string {
  return { cancelled: "CANCELLED", timeout: "DEADLINE_EXCEEDED", exhausted: "RESOURCE_EXHAUSTED" }[code] ?? "INTERNAL";
}

/** "UNAVAILABLE: the module is draining", cut to what fits a report. */
export function inWords({ status, sentence }: FailedCall): string {
  const cut = sentence.length > 300 ? `${sentence.slice(0, 300)}…` : sentence;
  return cut === "" ? status : `${status}: ${cut}`;
}

/** Its status alone; "nothing" where it did not fail. */
export function errorWords(error: unknown): string {
  return error === undefined ? "nothing" : failedCall(error).status;
}
