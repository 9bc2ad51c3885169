import { PollFault, toPollFault } from "@ocelli/plugin-sdk";
import { publicText } from "./address.js";
import { exchange, type Question } from "./exchange.js";
import { isExpected } from "./expected-status.js";
import { type Certificate, openSocket, type Steps } from "./open-socket.js";

export interface CheckOptions extends Question {
  readonly maxRedirects: number;
  readonly expectedStatus: readonly string[];
  readonly bodyMatch: string | undefined;
  readonly tlsVerify: boolean;
  readonly ca: string | undefined;
}

/** What is known of an address after a check, however it ended. Spans are in ms, over all redirects. */
export interface Facts extends Steps {
  totalMs: number;
  redirects: number;
  firstByteMs?: number;
  transferMs?: number;
  status?: number;
  isExpectedStatus?: boolean;
  bodyBytes?: number;
  isBodyTruncated?: boolean;
  isBodyMatched?: boolean;
  /** Of the last server that was asked. */
  certificate?: Certificate;
}

export interface Checked {
  readonly facts: Facts;
  /** Why the address is not as it should be. */
  readonly fault: PollFault | undefined;
}

/** Asks an address and everything it redirects to. Throws only what `signal` was aborted with, unless that is a fault:
 *  then it is the outcome, beside what was learnt before. */
export async function check(url: URL, options: CheckOptions, signal: AbortSignal): Promise<Checked> {
  const startedAtMs = performance.now();
  const facts: Facts = { totalMs: 0, redirects: 0 };
  const fault = await follow(url, options, facts, signal).catch((error: unknown) => {
    if (signal.aborted && !(signal.reason instanceof PollFault)) throw signal.reason;
    return toNetworkFault(signal.aborted ? signal.reason : error);
  });
  facts.totalMs = performance.now() - startedAtMs;
  return { facts, fault };
}

async function follow(
  first: URL,
  options: CheckOptions,
  facts: Facts,
  signal: AbortSignal,
): Promise<PollFault | undefined> {
  let url = first;
  for (;;) {
    delete facts.certificate;
    const { socket, certificate } = await openSocket(url, options.ca, facts, signal);
    if (certificate) facts.certificate = certificate;
    if (certificate?.problem !== undefined && options.tlsVerify) {
      socket.destroy();
      return new PollFault("network", `the certificate of ${url.host} is not trusted: ${certificate.problem}`);
    }
    // Headers may hold credentials: they are for the server that was asked, not for wherever it points.
    const headers = url.origin === first.origin ? options.headers : plainHeaders(options.headers);
    const answer = await exchange(socket, url, { ...options, headers }, signal);
    facts.firstByteMs = (facts.firstByteMs ?? 0) + answer.firstByteMs;
    facts.status = answer.status;
    if (!isRedirect(answer.status) || answer.location === undefined || options.maxRedirects === 0) {
      return await judge(url, answer, options, facts);
    }
    answer.drop();
    if (facts.redirects >= options.maxRedirects)
      return new PollFault("network", `more than ${options.maxRedirects} redirects`);
    facts.redirects += 1;
    const next = URL.canParse(answer.location, url.href) ? new URL(answer.location, url) : undefined;
    if (next?.protocol !== "http:" && next?.protocol !== "https:") {
      return new PollFault("network", `redirected to ${JSON.stringify(answer.location)}, which is no web address`);
    }
    url = next;
  }
}

async function judge(
  url: URL,
  answer: Awaited<ReturnType<typeof exchange>>,
  options: CheckOptions,
  facts: Facts,
): Promise<PollFault | undefined> {
  facts.isExpectedStatus = isExpected(answer.status, options.expectedStatus);
  const { bytes, truncated, transferMs } = await answer.body();
  facts.transferMs = transferMs;
  facts.bodyBytes = bytes.length;
  facts.isBodyTruncated = truncated;
  if (options.bodyMatch !== undefined) facts.isBodyMatched = new RegExp(options.bodyMatch).test(bytes.toString("utf8"));
  if (!facts.isExpectedStatus) {
    const message = `${publicText(url)} answered ${answer.status}, expected ${options.expectedStatus.join(", ")}`;
    return new PollFault(answer.status === 401 || answer.status === 403 ? "authentication" : "network", message);
  }
  if (facts.isBodyMatched !== false) return undefined;
  return new PollFault("missing_metrics", `the answer of ${publicText(url)} does not match ${options.bodyMatch}`);
}

function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}

function plainHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => ownHeaders.includes(name.toLowerCase())));
}

/** Headers that this module sends by itself. */
const ownHeaders: readonly string[] = ["user-agent", "accept", "accept-encoding"];

/** Whatever a connection says when it breaks is the network's fault, as far as it is not known better. */
function toNetworkFault(error: unknown): PollFault {
  if (error instanceof PollFault) return error;
  const { status } = toPollFault(error);
  const message = error instanceof Error ? error.message : String(error);
  return new PollFault(status === "internal" ? "network" : status, message, { cause: error });
}
