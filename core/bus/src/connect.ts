import { readFile } from "node:fs/promises";
import { connect, credsAuthenticator, type NatsConnection, type NodeConnectionOptions } from "@nats-io/transport-node";
import { type Clock, messageOf, OcelliError } from "@ocelli/model";
import type { BusLog, BusSettings } from "./ports.js";

/** The oldest server whose work queue and compare-and-set do what the guard needs. */
const oldestServer = [2, 9, 10] as const;

const firstWaitMs = 250;
const longestWaitMs = 10_000;

/** Connects, however long it takes: says what is wrong and when it tries again. Ends early only when `signal` aborts. */
export async function connectWithPatience(
  settings: BusSettings,
  deps: { clock: Clock; log: BusLog },
  signal: AbortSignal,
): Promise<NatsConnection> {
  for (let waitMs = firstWaitMs; !signal.aborted; waitMs = Math.min(waitMs * 2, longestWaitMs)) {
    try {
      const nc = await connect(await options(settings));
      checkVersion(nc);
      return nc;
    } catch (error) {
      if (error instanceof OcelliError) throw error;
      const where = settings.urls.map(withoutSecrets).join(", ");
      const fields = { url: where, reason: messageOf(error), retryInMs: waitMs };
      deps.log.warn(fields, `cannot reach NATS at ${where}; is the server up and the address right? trying again`);
      await deps.clock.sleep(waitMs, signal);
    }
  }
  throw new OcelliError("cancelled", "stopped while connecting to NATS");
}

/** A URL as it may be shown: no user, password or token. */
export function withoutSecrets(url: string): string {
  return url.replace(/\/\/[^@/]*@/, "//***@");
}

/** The client reads no credentials out of URLs: takes them out as options. */
export function splitUrl(url: string): { server: string; user?: string; pass?: string; token?: string } {
  const match = /^([a-z]+:\/\/)?(?:([^:@/]*)(?::([^@/]*))?@)?(.+)$/.exec(url);
  if (!match) return { server: url };
  const [, scheme = "", user, pass, rest = ""] = match;
  const server = `${scheme}${rest}`;
  if (user === undefined) return { server };
  const plain = decodeURIComponent(user);
  return pass === undefined ? { server, token: plain } : { server, user: plain, pass: decodeURIComponent(pass) };
}

async function options(settings: BusSettings): Promise<NodeConnectionOptions> {
  const split = settings.urls.map(splitUrl);
  const { user, pass, token } = split.find((one) => one.user !== undefined || one.token !== undefined) ?? {};
  return {
    servers: split.map((one) => one.server),
    name: settings.name,
    maxReconnectAttempts: -1,
    // A broker that comes back with wrong credentials may be put right: the process must not give up for good.
    ignoreAuthErrorAbort: true,
    reconnectTimeWait: 500,
    reconnectJitter: 500,
    pingInterval: 5_000,
    maxPingOut: 2,
    timeout: 5_000,
    ...(user === undefined ? {} : { user, pass: pass ?? "" }),
    ...(token === undefined ? {} : { token }),
    ...(settings.credentialsFile
      ? { authenticator: credsAuthenticator(await readFile(settings.credentialsFile)) }
      : {}),
    ...(settings.caFile ? { tls: { caFile: settings.caFile } } : {}),
  };
}

function checkVersion(nc: NatsConnection): void {
  const version = nc.info?.version ?? "0";
  const parts = version.split(/[.-]/).map((part) => Number.parseInt(part, 10) || 0);
  for (const [i, floor] of oldestServer.entries()) {
    const part = parts[i] ?? 0;
    if (part > floor) return;
    if (part < floor) {
      throw new OcelliError(
        "precondition",
        `NATS server ${version} is too old; run ${oldestServer.join(".")} or newer`,
      );
    }
  }
}
