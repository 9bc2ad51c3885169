/** What went wrong, in words that survive a process boundary. `rpc/status.ts` alone maps them to gRPC numbers. */
export type ErrorCode =
  | "invalid"
  | "not_found"
  | "conflict"
  | "precondition"
  | "exhausted"
  | "unauthenticated"
  | "denied"
  | "timeout"
  | "cancelled"
  | "unavailable"
  | "unimplemented"
  | "internal";

/** An error somebody can act on: a code for programs, a sentence for people, the cause for the log. */
export class OcelliError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "OcelliError";
    this.code = code;
  }
}

/** The sentence of any thrown value. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
