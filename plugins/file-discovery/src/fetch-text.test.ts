import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { type FetchOptions, fetchText } from "./fetch-text.js";

const options: FetchOptions = {
  timeoutMs: 5000,
  maxBytes: 1000,
  authorization: "Bearer s3cret",
  tlsVerify: true,
  ca: undefined,
};
const { signal } = new AbortController();
const open: Server[] = [];

afterEach(async () => {
  for (const server of open.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function serve(listener: RequestListener): Promise<URL> {
  const server = createServer(listener);
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/sd`);
}

test("the list is fetched with the token", async () => {
  let headers: IncomingHttpHeaders = {};
  const url = await serve((request, answer) => {
    headers = request.headers;
    answer.end('[{"targets": ["ä"]}]');
  });
  expect(await fetchText(url, options, signal)).toEqual({ kind: "text", text: '[{"targets": ["ä"]}]' });
  expect(headers).toMatchObject({ authorization: "Bearer s3cret", accept: "application/json" });
});

test("a redirect to another server is followed without the token", async () => {
  let seen: string | undefined = "nothing came";
  const other = await serve((request, answer) => {
    seen = request.headers.authorization;
    answer.end("[]");
  });
  const url = await serve((_, answer) => {
    answer.writeHead(302, { location: other.href }).end();
  });
  expect(await fetchText(url, options, signal)).toEqual({ kind: "text", text: "[]" });
  expect(seen).toBeUndefined();
});

test.for([
  {
    why: "an error page",
    status: 503,
    body: "[]",
    want: { status: "network", reason: "HTTP 503 Service Unavailable" },
  },
  { why: "an empty success", status: 204, body: "", want: { status: "network", reason: "HTTP 204 No Content" } },
  {
    why: "a refusal",
    status: 401,
    body: "",
    want: { status: "authentication", reason: "HTTP 401: the credentials were refused" },
  },
  {
    why: "too much",
    status: 200,
    body: "x".repeat(2000),
    want: { status: "internal", reason: "the answer has more than 1000 bytes" },
  },
  {
    why: "bytes that are no UTF-8",
    status: 200,
    body: Buffer.from([0xff]),
    want: { status: "internal", reason: "the answer is not UTF-8" },
  },
])("$why is a reason, not a list", async ({ status, body, want }) => {
  const url = await serve((_, answer) => {
    answer.writeHead(status).end(body);
  });
  expect(await fetchText(url, options, signal)).toEqual({ kind: "unread", ...want });
});

test("a circle of redirects ends", async () => {
  const url = await serve((_, answer) => {
    answer.writeHead(302, { location: "/sd" }).end();
  });
  expect(await fetchText(url, options, signal)).toEqual({
    kind: "unread",
    status: "network",
    reason: "more than 5 redirects",
  });
});

test("an answer that stops in the middle ends by the timeout", async () => {
  const url = await serve((_, answer) => {
    answer.write("[");
  });
  const read = await fetchText(url, { ...options, timeoutMs: 200 }, signal);
  expect(read).toEqual({ kind: "unread", status: "timeout", reason: "no whole answer within 0.2 s" });
});

test("a connection that is refused says so", async () => {
  const url = await serve(() => undefined);
  await new Promise((resolve) => open.pop()?.close(resolve));
  expect(await fetchText(url, options, signal)).toMatchObject({
    kind: "unread",
    status: "network",
    reason: /ECONNREFUSED/,
  });
});

test("the run's end ends the request", async () => {
  const stop = new AbortController();
  const url = await serve(() => stop.abort(new Error("drained")));
  await expect(fetchText(url, options, stop.signal)).rejects.toThrow("drained");
});
