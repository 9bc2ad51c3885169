import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { contentTypes, type ExpositionFormat } from "./exposition.js";
import { negotiate, takesGzip } from "./negotiate.js";

export interface ScrapeServer {
  /** The port that was chosen, where 0 was asked for. */
  readonly port: number;
  close(): Promise<void>;
}

export interface ScrapeOptions {
  /** Undefined: every address of the machine. */
  readonly host: string | undefined;
  readonly port: number;
  /** Where the metrics are, such as "/metrics". */
  readonly path: string;
  readonly render: (format: ExpositionFormat) => string;
}

const gzipped = promisify(gzip);

/** Answers GET and HEAD with the metrics. Rejects with Node's error where it cannot listen. */
export async function startScrapeServer(options: ScrapeOptions): Promise<ScrapeServer> {
  const server = createServer((request, response) => {
    answer(request, response, options).catch(() => response.destroy());
  });
  await listen(server, options);
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, { host, port }: ScrapeOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port, ...(host === undefined ? {} : { host }) }, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

async function answer(request: IncomingMessage, response: ServerResponse, options: ScrapeOptions): Promise<void> {
  const isHead = request.method === "HEAD";
  if (request.method !== "GET" && !isHead) return plain(response, 405, "GET and HEAD only\n", { allow: "GET, HEAD" });
  const path = (request.url ?? "").split("?", 1)[0];
  if (path === "/" && options.path !== "/") return plain(response, 200, `The metrics are at ${options.path}\n`);
  if (path !== options.path) return plain(response, 404, `Not here; the metrics are at ${options.path}\n`);
  const format = negotiate(request.headers.accept);
  let body = Buffer.from(options.render(format));
  response.setHeader("content-type", contentTypes[format]);
  response.setHeader("vary", "accept, accept-encoding");
  if (takesGzip(request.headers["accept-encoding"])) {
    body = await gzipped(body);
    response.setHeader("content-encoding", "gzip");
  }
  response.setHeader("content-length", body.length);
  response.end(isHead ? undefined : body);
}

function plain(response: ServerResponse, status: number, text: string, headers: Record<string, string> = {}): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8", ...headers }).end(text);
}
