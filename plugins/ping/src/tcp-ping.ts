import { lookup } from "node:dns/promises";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { PingPlan } from "./settings.js";
import type { Probes } from "./statistics.js";

export type TcpOutcome =
  | { readonly kind: "probes"; readonly probes: Probes }
  | { readonly kind: "unknown_host"; readonly reason: string }
  /** This machine could not even try. */
  | { readonly kind: "unusable"; readonly reason: string };

/** Asked in this order of nothing in particular where no port is known: all at once, the first to answer is kept. */
export const usualPorts: readonly number[] = [443, 22, 80];

/** Errors by which the host, or a router on the way, says that nobody is there: a lost probe. */
const lostCodes = new Set(["ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH", "EHOSTDOWN", "ENETDOWN", "ECONNRESET"]);

/** Measures how long a TCP connection takes. A refused one is an answer as well. Probes start in their interval whether
 *  earlier ones were answered or not. */
export async function pingTcp(
  host: string,
  ports: readonly number[],
  { count, timeoutMs, intervalMs }: PingPlan,
  signal: AbortSignal,
): Promise<TcpOutcome> {
  const found = await resolve(host);
  if (found.kind === "unknown_host") return found;
  let port = ports.length === 1 ? ports[0] : undefined;
  let trouble: string | undefined;
  const probe = async (index: number): Promise<number | undefined> => {
    if (index > 0) await sleep(index * intervalMs, undefined, { signal });
    const answer = await firstAnswer(found.address, port === undefined ? ports : [port], timeoutMs, signal);
    if (answer.kind === "answered") port ??= answer.port;
    if (answer.kind === "unusable") trouble = answer.reason;
    return answer.kind === "answered" ? answer.tookMs : undefined;
  };
  const probes = await Promise.all(Array.from({ length: count }, (_, index) => probe(index)));
  signal.throwIfAborted();
  if (trouble !== undefined && probes.every((time) => time === undefined)) return { kind: "unusable", reason: trouble };
  return { kind: "probes", probes };
}

type Answer =
  | { readonly kind: "answered"; readonly tookMs: number; readonly port: number }
  | { readonly kind: "lost" }
  | { readonly kind: "unusable"; readonly reason: string };

async function resolve(
  host: string,
): Promise<{ kind: "address"; address: string } | { kind: "unknown_host"; reason: string }> {
  try {
    return { kind: "address", address: (await lookup(host)).address };
  } catch (error) {
    return { kind: "unknown_host", reason: error instanceof Error ? error.message : String(error) };
  }
}

/** The answer of the port that is first, or why none answered. */
async function firstAnswer(
  address: string,
  ports: readonly number[],
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Answer> {
  const rest = new AbortController();
  const stop = (): void => rest.abort();
  signal.addEventListener("abort", stop, { once: true });
  try {
    const tries = ports.map((port) => connectOnce(address, port, timeoutMs, rest.signal));
    const answered = tries.map(async (one) => {
      const answer = await one;
      if (answer.kind !== "answered") throw new Error(answer.kind);
      return answer;
    });
    return await Promise.any(answered).catch(async () => {
      const answers = await Promise.all(tries);
      return answers.find(({ kind }) => kind === "unusable") ?? { kind: "lost" };
    });
  } finally {
    stop();
    signal.removeEventListener("abort", stop);
  }
}

function connectOnce(address: string, port: number, timeoutMs: number, signal: AbortSignal): Promise<Answer> {
  return new Promise((resolve) => {
    const startedAtMs = performance.now();
    const socket = connect({ host: address, port, autoSelectFamily: false });
    const end = (answer: Answer): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", cancel);
      socket.destroy();
      resolve(answer);
    };
    const answered = (): void => end({ kind: "answered", tookMs: performance.now() - startedAtMs, port });
    const cancel = (): void => end({ kind: "lost" });
    const timer = setTimeout(cancel, timeoutMs);
    signal.addEventListener("abort", cancel, { once: true });
    if (signal.aborted) cancel();
    socket.once("connect", answered);
    socket.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "ECONNREFUSED") answered();
      else if (lostCodes.has(error.code ?? "")) end({ kind: "lost" });
      else end({ kind: "unusable", reason: error.message });
    });
  });
}
