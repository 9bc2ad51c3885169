import { OcelliError } from "./errors.js";
import { isJsonObject } from "./json-object.js";

/** The major version of the protocol between host and module. */
export const protocolMajor = 1;

/** The lower of both sides holds. 0 means: no wish. */
export interface ModuleLimits {
  /** Largest message. */
  readonly messageBytes: number;
  readonly itemsPerCall: number;
  readonly callsInFlight: number;
}

/** The one line of JSON that a host writes to the stdin of a module it started. The end of stdin means that the host
 *  is gone: the module finishes what runs and exits. */
export interface BootstrapLine {
  /** Protocol majors the host speaks. */
  readonly protocolMajors: readonly number[];
  /** Absolute path of the unix socket to serve on, at most 100 bytes. */
  readonly socket: string;
  /** Every call of the host carries it as metadata `ocelli-token`. */
  readonly token: string;
  /** Names this launch. */
  readonly launchId: string;
  readonly limits: ModuleLimits;
}

/** The metadata key that carries the token of a child. */
export const moduleTokenKey = "ocelli-token";

/** The metadata key that carries the join token of a stand-alone module. */
export const joinTokenKey = "ocelli-join-token";

/** Reads such a line, with or without its line end. Unknown keys are ignored, so that a newer host can say more.
 *  Throws "invalid" naming what is wrong, without quoting the token. */
export function parseBootstrapLine(text: string): BootstrapLine {
  const parsed = parseJson(text);
  if (!isJsonObject(parsed)) throw new OcelliError("invalid", "the bootstrap line is no JSON object");
  const limits = isJsonObject(parsed["limits"]) ? parsed["limits"] : {};
  return {
    protocolMajors: numbers(parsed["protocolMajors"]),
    socket: filledText(parsed, "socket"),
    token: filledText(parsed, "token"),
    launchId: filledText(parsed, "launchId"),
    limits: {
      messageBytes: limit(limits["messageBytes"]),
      itemsPerCall: limit(limits["itemsPerCall"]),
      callsInFlight: limit(limits["callsInFlight"]),
    },
  };
}

function numbers(value: unknown): number[] {
  if (Array.isArray(value) && value.length > 0 && value.every(Number.isInteger)) return value as number[];
  throw new OcelliError("invalid", "protocolMajors of the bootstrap line is no list of whole numbers");
}

function filledText(line: Readonly<Record<string, unknown>>, key: string): string {
  const value = line[key];
  if (typeof value === "string" && value !== "") return value;
  throw new OcelliError("invalid", `${key} of the bootstrap line is no text, or empty`);
}

function limit(value: unknown): number {
  return typeof value === "number" && Number.isInteger(value) && value > 0 ? value : 0;
}

/** Undefined for what is no JSON: the parser's own error quotes the text, and that may be the token. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
