import { lookup } from "node:dns/promises";
import { connect, isIP, type Socket } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";

/** What a server's certificate says. */
export interface Certificate {
  /** Epoch ms; undefined where the certificate says nothing that can be read. */
  readonly notAfterAtMs: number | undefined;
  /** Why it is not trusted, undefined where it is. */
  readonly problem: string | undefined;
}

/** How long each step took, in ms. What was not done is not there. */
export interface Steps {
  dnsMs?: number;
  connectMs?: number;
  tlsMs?: number;
}

export interface Opened {
  readonly socket: Socket;
  readonly certificate: Certificate | undefined;
}

/** Opens a connection to where `url` points, and notes in `steps` what took how long, also where it fails. A certificate
 *  that is not trusted is reported and not refused: the caller decides before it sends anything. */
export async function openSocket(url: URL, ca: string | undefined, steps: Steps, signal: AbortSignal): Promise<Opened> {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const isTls = url.protocol === "https:";
  const addresses = await timed(steps, "dnsMs", abortable(lookup(host, { all: true }), signal));
  const port = Number(url.port) || (isTls ? 443 : 80);
  const socket = await timed(
    steps,
    "connectMs",
    connectFirst(
      addresses.map(({ address }) => address),
      port,
      signal,
    ),
  );
  if (!isTls) return { socket, certificate: undefined };
  try {
    const secured = await timed(steps, "tlsMs", secure(socket, host, ca, signal));
    return { socket: secured, certificate: certificateOf(secured) };
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** The first address that accepts, in the order of the resolver. */
async function connectFirst(addresses: readonly string[], port: number, signal: AbortSignal): Promise<Socket> {
  let failure: unknown = new Error("the name has no address");
  for (const host of addresses) {
    try {
      return await ready(connect({ host, port, noDelay: true }), "connect", signal);
    } catch (error) {
      signal.throwIfAborted();
      failure = error;
    }
  }
  throw failure;
}

function secure(socket: Socket, host: string, ca: string | undefined, signal: AbortSignal): Promise<TLSSocket> {
  const secured = connectTls({
    socket,
    host,
    rejectUnauthorized: false,
    ALPNProtocols: ["http/1.1"],
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(ca === undefined ? {} : { ca }),
  });
  return ready(secured, "secureConnect", signal);
}

function certificateOf(socket: TLSSocket): Certificate {
  const notAfterAtMs = Date.parse(socket.getPeerCertificate().valid_to ?? "");
  return {
    notAfterAtMs: Number.isNaN(notAfterAtMs) ? undefined : notAfterAtMs,
    // The type says Error; since Node 12 it is the error's code.
    problem: socket.authorized ? undefined : String(socket.authorizationError),
  };
}

function ready<S extends Socket>(socket: S, event: "connect" | "secureConnect", signal: AbortSignal): Promise<S> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void => {
      done();
      socket.on("error", () => {}); // What a destroyed socket still has to say matters to nobody.
      socket.destroy();
      reject(error);
    };
    const onEvent = (): void => {
      done();
      resolve(socket);
    };
    const onClose = (): void => fail(new Error("the server closed the connection at once"));
    const onAbort = (): void => fail(signal.reason);
    const done = (): void => {
      socket.off("error", fail).off(event, onEvent).off("close", onClose);
      signal.removeEventListener("abort", onAbort);
    };
    socket.once("error", fail).once(event, onEvent).once("close", onClose);
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) onAbort();
  });
}

async function timed<T>(steps: Steps, step: keyof Steps, work: Promise<T>): Promise<T> {
  const startedAtMs = performance.now();
  const result = await work;
  steps[step] = (steps[step] ?? 0) + performance.now() - startedAtMs;
  return result;
}

/** A look-up cannot be cancelled; who waits for it can. */
function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) onAbort();
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}
