import { OcelliError } from "@ocelli/model";
import { type CallOptions, type Client, type Connection, createClient } from "@ocelli/rpc";
import { span } from "./display/span.js";
import { Exit, exitCodes } from "./exit-codes.js";

/** Who is asked, for the sentence that says that there was no answer. */
export interface Asked {
  readonly name: string;
  readonly endpoint: string;
  /** What to do about it; empty where nobody knows. */
  readonly hint: string;
}

type AnyService = Parameters<typeof createClient>[0];
type AnyCall = (request: unknown, options?: CallOptions) => Promise<unknown> | AsyncIterable<unknown>;

/** A client whose failures to reach the other side name it, and whose questions wait for at most `timeoutMs`. */
export function namedClient<S extends AnyService>(
  service: S,
  connection: Connection,
  asked: Asked,
  timeoutMs: number,
): Client<S> {
  const plain = createClient(service, connection) as Readonly<Record<string, AnyCall>>;
  const calls = Object.entries(plain).map(([name, call]): [string, AnyCall] => {
    if (service.method[name]?.methodKind !== "unary")
      return [name, (request, options) => stream(call, request, options)];
    return [name, (request, options) => unary(call, request, { timeoutMs, ...options })];
  });

  async function unary(call: AnyCall, request: unknown, options: CallOptions): Promise<unknown> {
    try {
      return await call(request, options);
    } catch (error) {
      throw named(error, asked, options.timeoutMs ?? timeoutMs);
    }
  }

  async function* stream(call: AnyCall, request: unknown, options?: CallOptions): AsyncGenerator<unknown> {
    try {
      yield* call(request, options) as AsyncIterable<unknown>;
    } catch (error) {
      throw named(error, asked, options?.timeoutMs ?? timeoutMs);
    }
  }

  // Each call has the types of the method it stands for.
  return Object.fromEntries(calls) as unknown as Client<S>;
}

function named(error: unknown, asked: Asked, timeoutMs: number): unknown {
  const why = error instanceof OcelliError ? whyUnreachable(error, asked, timeoutMs) : undefined;
  if (why === undefined) return error;
  const sentence = `${asked.name} at ${asked.endpoint} ${why}${asked.hint === "" ? "" : `; ${asked.hint}`}`;
  return new Exit(exitCodes.unreachable, sentence, { cause: error });
}

/** Undefined where there was an answer, be it an error. */
function whyUnreachable({ code, message }: OcelliError, asked: Asked, timeoutMs: number): string | undefined {
  switch (code) {
    case "timeout":
      return `does not answer within ${span(timeoutMs)}`;
    case "unimplemented":
      return `does not know the question: it is no ${asked.name.replace(/^the /, "")}, or one of another version`;
    case "unavailable":
      if (/ECONNREFUSED/.test(message)) return "cannot be reached: nothing listens there";
      if (/ENOTFOUND|EAI_AGAIN|Name resolution failed/.test(message)) return "cannot be reached: its host is not known";
      return `cannot answer: ${message}`;
    default:
      return undefined;
  }
}
