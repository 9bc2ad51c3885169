import { type ErrorCode, messageOf, OcelliError } from "@ocelli/model";
import { CommanderError } from "commander";
import { Exit, exitCodes } from "./exit-codes.js";

/** How a verb that threw ends. */
export interface Failure {
  readonly exitCode: number;
  /** For stderr; empty where everything has been said. */
  readonly message: string;
}

/** What was asked wrongly is usage, what nobody answers is unreachable; all else is an answer that is bad. */
const codeOf = {
  invalid: exitCodes.usage,
  unavailable: exitCodes.unreachable,
  timeout: exitCodes.unreachable,
  unauthenticated: exitCodes.usage,
  denied: exitCodes.usage,
  not_found: exitCodes.bad,
  conflict: exitCodes.bad,
  precondition: exitCodes.bad,
  exhausted: exitCodes.bad,
  cancelled: exitCodes.interrupted,
  unimplemented: exitCodes.bad,
  internal: exitCodes.bad,
} as const satisfies Record<ErrorCode, number>;

export function failureOf(error: unknown): Failure {
  if (error instanceof CommanderError) return { exitCode: commanderCode(error), message: "" };
  const message = messageOf(error);
  if (error instanceof Exit) return { exitCode: error.code, message };
  if (error instanceof OcelliError) return { exitCode: codeOf[error.code], message };
  return { exitCode: exitCodes.bad, message: `something that should not happen: ${message}` };
}

/** commander has said what is wrong already. Help that was asked for is no error; help for want of a verb is. */
function commanderCode({ code }: CommanderError): number {
  return code === "commander.helpDisplayed" || code === "commander.version" ? exitCodes.ok : exitCodes.usage;
}
