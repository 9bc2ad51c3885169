import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import type { ReadText, Unread } from "./read-file.js";

export interface FetchOptions {
  readonly timeoutMs: number;
  readonly maxBytes: number;
  /** The whole value of the header, such as "Bearer …". Sent to the first server only, never to where it redirects. */
  readonly authorization: string | undefined;
  readonly tlsVerify: boolean;
  /** PEM of the authorities to trust instead of the usual ones. */
  readonly ca: string | undefined;
}

const mostRedirects = 5;

/** The body of a GET, following up to five redirects. Anything but 200 is a reason: an error page is no list. */
export async function fetchText(url: URL, options: FetchOptions, signal: AbortSignal): Promise<ReadText> {
  const deadline = AbortSignal.timeout(options.timeoutMs);
  const stop = new AbortController();
  const abort = (): void => stop.abort();
  for (const source of [signal, deadline]) source.addEventListener("abort", abort, { once: true });
  try {
    if (signal.aborted) abort();
    return await follow(url, options, stop.signal);
  } catch (error) {
    signal.throwIfAborted();
    if (deadline.aborted) return unread("timeout", `no whole answer within ${options.timeoutMs / 1000} s`);
    return unread("network", error instanceof Error ? error.message : String(error));
  } finally {
    for (const source of [signal, deadline]) source.removeEventListener("abort", abort);
  }
}

async function follow(first: URL, options: FetchOptions, signal: AbortSignal): Promise<ReadText> {
  let url = first;
  for (let redirects = 0; redirects <= mostRedirects; redirects += 1) {
    const answer = await get(url, options, url.origin === first.origin, signal);
    const status = answer.statusCode ?? 0;
    const { location } = answer.headers;
    if (status >= 300 && status < 400 && location !== undefined) {
      answer.resume();
      url = new URL(location, url);
      if (url.protocol !== "http:" && url.protocol !== "https:")
        return unread("network", `redirected to ${url.protocol}`);
      continue;
    }
    if (status === 200) return await body(answer, options.maxBytes);
    answer.destroy();
    if (status === 401 || status === 403)
      return unread("authentication", `HTTP ${status}: the credentials were refused`);
    return unread("network", `HTTP ${status} ${answer.statusMessage ?? ""}`.trimEnd());
  }
  return unread("network", `more than ${mostRedirects} redirects`);
}

function get(url: URL, options: FetchOptions, own: boolean, signal: AbortSignal): Promise<IncomingMessage> {
  const headers: Record<string, string> = { accept: "application/json", "user-agent": "ocelli-file-discovery" };
  if (own && options.authorization !== undefined) headers["authorization"] = options.authorization;
  const tls = { rejectUnauthorized: options.tlsVerify, ...(options.ca === undefined ? {} : { ca: options.ca }) };
  return new Promise((resolve, reject) => {
    const outgoing =
      url.protocol === "https:"
        ? httpsRequest(url, { headers, signal, agent: false, ...tls }, resolve)
        : httpRequest(url, { headers, signal, agent: false }, resolve);
    outgoing.on("error", reject);
    outgoing.end();
  });
}

async function body(answer: IncomingMessage, maxBytes: number): Promise<ReadText> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) {
      answer.destroy();
      return unread("internal", `the answer has more than ${maxBytes} bytes`);
    }
    chunks.push(chunk);
  }
  try {
    return {
      kind: "text",
      text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.concat(chunks)),
    };
  } catch {
    return unread("internal", "the answer is not UTF-8");
  }
}

function unread(status: Unread["status"], reason: string): Unread {
  return { kind: "unread", status, reason };
}
