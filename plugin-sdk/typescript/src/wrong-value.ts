import { type AuthorFunction, authorStack, placeOfError, placeOfFunction } from "./author-place.js";
import type { Log } from "./log.js";
import { PollFault, toPollFault } from "./poll-fault.js";

/** An author's value that cannot be used, in one sentence that names it. */
export class WrongValue extends TypeError {
  /** Made where the author made the value, where that is known. */
  readonly madeAt: Error | undefined;

  constructor(message: string, options?: { cause?: unknown; madeAt?: Error | undefined }) {
    super(message, options);
    this.name = "WrongValue";
    this.madeAt = options?.madeAt;
  }
}

/** A function of the author's that is run on behalf of a plugin. */
export interface AuthorCode extends AuthorFunction {
  /** "poll", "discover", "sink.write": as the author calls it. */
  readonly what: string;
  readonly plugin: string;
}

/** "poll of my-plugin (main.js:12)": the line of the error where it came from the author's code, else that of the function. */
export function whereOf(author: AuthorCode, error?: unknown): string {
  const { what, plugin } = author;
  const place = placeOfError(error) ?? placeOfFunction(author);
  return place === undefined ? `${what} of ${plugin}` : `${what} of ${plugin} (${place})`;
}

/** What a thrown value means. What is the plugin's own fault says whose line it was, in one sentence. */
export function faultOfThrown(error: unknown, author: AuthorCode): PollFault {
  if (error instanceof WrongValue) {
    return new PollFault("internal", `${whereOf(author, error.madeAt)}: ${error.message}`, { cause: error });
  }
  const fault = toPollFault(error);
  if (fault === error || fault.status !== "internal") return fault;
  return new PollFault("internal", `${whereOf(author, error)}: ${fault.message}`, { cause: error });
}

/** One line for people; the author's part of the stack for who looks at the log closely. */
export function logFault(log: Log, fault: PollFault, message: string): void {
  log.error({ reason: fault.message }, message);
  const stack = authorStack(fault.cause);
  if (stack !== "") log.debug({ stack }, `${message}: where`);
}
