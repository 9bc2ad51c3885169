import { readFileSync } from "node:fs";
import { createServer as createHttp, type RequestListener } from "node:http";
import { createServer as createHttps } from "node:https";
import { type AddressInfo, createServer as createTcp, type Server } from "node:net";
import { join } from "node:path";
import type { PollFault, Resource, ResourceContext } from "@ocelli/plugin-sdk";
import { poll } from "../poll.js";
import { HttpSettings } from "../settings.js";

const fixtures = join(import.meta.dirname, "..", "..", "fixtures");
const pem = (name: string): string => readFileSync(join(fixtures, `${name}.pem`), "utf8");
const open: { server: Server; end: () => void }[] = [];

/** Ends every server that was started. */
export async function closeServers(): Promise<void> {
  for (const { server, end } of open.splice(0)) {
    const closed = new Promise((resolve) => server.close(resolve));
    end();
    await closed;
  }
}

async function listen(server: Server, end: () => void): Promise<number> {
  open.push({ server, end });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

export async function serve(listener: RequestListener): Promise<string> {
  const server = createHttp(listener);
  return `http://127.0.0.1:${await listen(server, () => server.closeAllConnections())}`;
}

export async function serveTls(certificate: string, listener: RequestListener): Promise<string> {
  const server = createHttps({ key: pem("localhost.key"), cert: pem(certificate) }, listener);
  return `https://127.0.0.1:${await listen(server, () => server.closeAllConnections())}`;
}

/** An address where nobody listens. */
export async function nobody(): Promise<string> {
  const base = await serve(() => undefined);
  const gone = open.pop();
  await new Promise((resolve) => gone?.server.close(resolve));
  return base;
}

/** A server below HTTP that does with each connection as it is told. */
export async function serveTcp(onText: (socket: import("node:net").Socket) => void): Promise<string> {
  const server = createTcp((socket) => {
    socket.on("error", () => undefined);
    socket.once("data", () => onText(socket));
  });
  return `http://127.0.0.1:${await listen(server, () => undefined)}`;
}

/** What a check found, in plain numbers. */
export interface Outcome {
  readonly url: string | undefined;
  readonly values: Record<string, number>;
  readonly fault: PollFault | undefined;
}

/** One check of an address. */
export async function run(
  endpoint: string,
  settings: Record<string, unknown> = {},
  signal: AbortSignal = new AbortController().signal,
): Promise<Outcome> {
  let fault: PollFault | undefined;
  const ctx = {
    settings: HttpSettings.parse({ ocelli: { directory: fixtures }, ...settings }),
    signal,
    deadlineAtMs: performance.now() + 60_000,
    fault: (given: PollFault) => {
      fault = given;
    },
  } as unknown as ResourceContext<HttpSettings>;
  const resource: Resource = {
    id: "r",
    site: "",
    class: "",
    subclass: "",
    type: "",
    endpoint,
    metadata: {},
    parents: [],
    ttlS: 0,
  };
  const [group] = await poll(resource, ctx);
  const values = Object.entries(group?.metrics ?? {}).map(([name, { value }]) => [name, Number(value)]);
  return { url: group?.dimensions?.["url"], values: Object.fromEntries(values) as Record<string, number>, fault };
}
