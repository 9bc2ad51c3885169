import { type Fault, OcelliError, type PollStatus } from "@ocelli/model";

/** Every way a run can fail, in Panoptes' words. */
export type FaultStatus = Exclude<PollStatus, "success">;

const origins: Readonly<Record<FaultStatus, Fault["origin"]>> = {
  authentication: "credentials",
  network: "target",
  timeout: "target",
  partial: "target",
  internal: "plugin",
  missing_metrics: "target",
  ping_failure: "target",
  enrichment_failure: "host",
};

export interface PollFaultOptions {
  /** When a repetition may help; at the next slot unless said otherwise. */
  readonly retry?: Fault["retry"];
  /** Whose fault it was, where the status does not say it. */
  readonly origin?: Fault["origin"];
  readonly cause?: unknown;
}

/** Throw it to end a run with a status that people see: `new PollFault("timeout", "no answer within 5 s")`. */
export class PollFault extends Error {
  readonly status: FaultStatus;
  readonly retry: Fault["retry"];
  readonly origin: Fault["origin"];

  constructor(status: FaultStatus, message: string, options: PollFaultOptions = {}) {
    super(message, "cause" in options ? { cause: options.cause } : undefined);
    this.name = "PollFault";
    this.status = status;
    this.retry = options.retry ?? "next_slot";
    this.origin = options.origin ?? origins[status];
  }
}

/** Codes of Node's network errors that say by themselves how the run ended. */
const statusByErrno: Readonly<Record<string, FaultStatus>> = {
  ETIMEDOUT: "timeout",
  ESOCKETTIMEDOUT: "timeout",
  UND_ERR_CONNECT_TIMEOUT: "timeout",
  UND_ERR_HEADERS_TIMEOUT: "timeout",
  UND_ERR_BODY_TIMEOUT: "timeout",
  ECONNREFUSED: "network",
  ECONNRESET: "network",
  EHOSTUNREACH: "network",
  EHOSTDOWN: "network",
  ENETUNREACH: "network",
  ENOTFOUND: "network",
  EAI_AGAIN: "network",
  EPIPE: "network",
};

/** What a thrown value means. Errors of Node's network know their status, also as the cause of another error; anything
 *  else is the plugin's own. */
export function toPollFault(error: unknown): PollFault {
  if (error instanceof PollFault) return error;
  const status = statusByErrno[errnoOf(error)] ?? "internal";
  if (error instanceof OcelliError && error.code === "timeout") {
    return new PollFault("timeout", error.message, { cause: error });
  }
  const text = error instanceof Error ? `${error.name}: ${wordsOf(error)}` : `thrown: ${String(error)}`;
  return new PollFault(status, text, { cause: error });
}

/** What an error says, and then what caused it: "fetch failed: connect ECONNREFUSED 10.0.0.1:80". Of several, the first. */
function wordsOf(error: Error, depth = 0): string {
  const cause: unknown = error instanceof AggregateError && error.message === "" ? error.errors[0] : error.cause;
  const why = cause instanceof Error && depth < 4 ? wordsOf(cause, depth + 1) : "";
  if (why === "" || error.message.includes(why)) return error.message;
  return error.message === "" ? why : `${error.message}: ${why}`;
}

/** The fault as it travels. */
export function faultOf(fault: PollFault): Fault {
  const { message, origin, retry, status } = fault;
  return { message, origin, retry, scope: "item", status };
}

function errnoOf(error: unknown, depth = 0): string {
  if (!(error instanceof Error) || depth > 4) return "";
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  return code in statusByErrno ? code : errnoOf(error.cause, depth + 1);
}
