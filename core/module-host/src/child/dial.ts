import { access } from "node:fs/promises";
import { type Clock, messageOf, type OcelliError } from "@ocelli/model";
import { type Connection, connect, statusOf } from "@ocelli/rpc";
import type { ModuleLink } from "../link/module-link.js";
import type { LinkOutcome, LinkStep } from "../link/open-link.js";

const firstWaitMs = 20;
const longestWaitMs = 1_000;

export type DialOutcome =
  | { readonly kind: "open"; readonly link: ModuleLink; readonly connection: Connection }
  | { readonly kind: "refused"; readonly at: LinkStep | "socket"; readonly reason: string }
  | { readonly kind: "aborted" };

export interface DialOptions {
  readonly socket: string;
  readonly clock: Clock;
  readonly messageBytes: number;
  readonly timeoutMs: number;
  /** Shakes hands on a connection; throws OcelliError where nobody answers. */
  readonly open: (connection: Connection, timeoutMs: number) => Promise<LinkOutcome>;
}

/** Dials a module's socket again and again, from 20 ms up to a second apart, until it shakes hands or time is up. */
export async function dial(options: DialOptions, signal: AbortSignal): Promise<DialOutcome> {
  const { socket, clock, timeoutMs, messageBytes, open } = options;
  const dueAtMs = clock.monotonicMs() + timeoutMs;
  const leftMs = (): number => dueAtMs - clock.monotonicMs();
  let waitMs = firstWaitMs;
  let last: OcelliError | undefined;
  while (!signal.aborted && leftMs() > 0) {
    if (await exists(socket)) {
      const connection = connect(`unix:${socket}`, { messageBytes });
      try {
        const outcome = await open(connection, Math.max(1, leftMs()));
        if (outcome.kind === "open") return { kind: "open", link: outcome.link, connection };
        connection.close();
        return outcome;
      } catch (error) {
        connection.close();
        last = statusOf(error);
        const reason = finalReason(last);
        if (reason !== undefined && !signal.aborted) return { kind: "refused", at: "handshake", reason };
      }
    }
    await clock.sleep(Math.min(waitMs, Math.max(0, leftMs())), signal);
    waitMs = Math.min(longestWaitMs, waitMs * 1.5);
  }
  if (signal.aborted) return { kind: "aborted" };
  const within = `within ${timeoutMs / 1000} s`;
  if (last) return { kind: "refused", at: "handshake", reason: `did not answer the handshake ${within}` };
  return {
    kind: "refused",
    at: "socket",
    reason: `opened no socket ${within}: a module serves gRPC on the socket that the line on its stdin names`,
  };
}

/** Whether an error is an answer, so that asking again would not help. */
function finalReason(error: OcelliError): string | undefined {
  switch (error.code) {
    case "unavailable":
    case "timeout":
    case "cancelled":
      return undefined;
    case "unimplemented":
      return "answers on its socket, but does not serve ocelli.plugin.v1.Plugin: it is no module of Ocelli";
    default:
      return `refused the handshake: ${messageOf(error)}`;
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}
