import { type IncomingMessage, request } from "node:http";
import type { Socket } from "node:net";

export interface Question {
  readonly method: "GET" | "HEAD";
  readonly headers: Readonly<Record<string, string>>;
  readonly maxBodyBytes: number;
}

export interface Answer {
  readonly status: number;
  readonly location: string | undefined;
  /** From the question to the head of the answer. */
  readonly firstByteMs: number;
  /** Reads the body up to the limit and closes the connection. */
  body(): Promise<Body>;
  /** Closes the connection without reading. */
  drop(): void;
}

export interface Body {
  readonly bytes: Buffer;
  /** There was more than the limit. */
  readonly truncated: boolean;
  readonly transferMs: number;
}

/** Asks over an open connection, which is not used again. */
export async function exchange(socket: Socket, url: URL, question: Question, signal: AbortSignal): Promise<Answer> {
  const startedAtMs = performance.now();
  const onAbort = (): void =>
    void socket.destroy(signal.reason instanceof Error ? signal.reason : new Error("aborted"));
  signal.addEventListener("abort", onAbort, { once: true });
  socket.once("close", () => signal.removeEventListener("abort", onAbort));
  if (signal.aborted) onAbort();
  const { method, headers, maxBodyBytes } = question;
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const outgoing = request({
      createConnection: () => socket,
      method,
      path: `${url.pathname}${url.search}`,
      setHost: false,
      headers: { host: url.host, connection: "close", ...headers },
    });
    outgoing.once("response", resolve).on("error", reject).end();
  });
  const headAtMs = performance.now();
  return {
    status: answer.statusCode ?? 0,
    location: answer.headers.location,
    firstByteMs: headAtMs - startedAtMs,
    drop: () => {
      answer.on("error", () => {});
      socket.destroy();
    },
    body: async () => {
      const { bytes, truncated } = await readUpTo(answer, maxBodyBytes);
      socket.destroy();
      return { bytes, truncated, transferMs: performance.now() - headAtMs };
    },
  };
}

async function readUpTo(answer: IncomingMessage, maxBytes: number): Promise<{ bytes: Buffer; truncated: boolean }> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    const room = maxBytes - size;
    chunks.push(chunk.subarray(0, room));
    size += Math.min(chunk.length, room);
    if (chunk.length > room) return { bytes: Buffer.concat(chunks), truncated: true };
  }
  return { bytes: Buffer.concat(chunks), truncated: false };
}
