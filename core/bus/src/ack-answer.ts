import type { Msg } from "@nats-io/transport-node";
import { messageOf, OcelliError } from "@ocelli/model";
import type { PublishOutcome } from "./publish-outcome.js";

const wrongLastSequence = new Set([10071, 10164]);
const tooManyPerSubject = 10077;
const moved = { kind: "moved" } as const;
const full = { kind: "full" } as const;

const beginning = Buffer.from('{"stream":"', "latin1");
const afterName = Buffer.from(',"seq":', "latin1");
const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const brace = 0x7d;
const zero = 0x30;
const nine = 0x39;

interface AckBody {
  readonly seq?: number;
  readonly error?: { readonly err_code?: number; readonly description?: string };
}

/** What the broker answered to a publish into a stream. */
export function outcomeOf(msg: Pick<Msg, "data" | "headers" | "json">): PublishOutcome | OcelliError {
  const { data } = msg;
  if (data.length === 0)
    return { kind: "unanswered", reason: `no stream listens (${msg.headers?.code ?? "empty answer"})` };
  const sequence = storedSequence(data);
  if (sequence > 0) return { kind: "stored", sequence };
  let body: AckBody;
  try {
    body = msg.json<AckBody>();
  } catch (error) {
    return { kind: "unanswered", reason: `an answer that is no JSON: ${messageOf(error)}` };
  }
  if (body.error) {
    const code = body.error.err_code ?? 0;
    if (wrongLastSequence.has(code)) return moved;
    if (code === tooManyPerSubject) return full;
    return new OcelliError("unavailable", `the broker refused a message: ${body.error.description ?? `code ${code}`}`);
  }
  return { kind: "stored", sequence: body.seq ?? 0 };
}

/** The sequence in an ack as every server writes it, `{"stream":"NAME","seq":123}` with or without more behind; 0 for anything
 *  else, which JSON.parse then has to read. */
function storedSequence(data: Uint8Array): number {
  let at = 0;
  for (; at < beginning.length; at += 1) if (data[at] !== beginning[at]) return 0;
  while (at < data.length && data[at] !== quote) {
    if (data[at] === backslash) return 0;
    at += 1;
  }
  at += 1;
  for (let i = 0; i < afterName.length; i += 1, at += 1) if (data[at] !== afterName[i]) return 0;
  let sequence = 0;
  for (; at < data.length; at += 1) {
    const byte = data[at] as number; // within the data: the line above
    if (byte < zero || byte > nine) return byte === comma || byte === brace ? sequence : 0;
    sequence = sequence * 10 + byte - zero;
  }
  return 0;
}
