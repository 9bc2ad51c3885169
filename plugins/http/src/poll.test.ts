import { readFileSync } from "node:fs";
import { createServer as createHttp, type IncomingHttpHeaders, type RequestListener } from "node:http";
import { createServer as createHttps } from "node:https";
import { type AddressInfo, createServer as createTcp, type Server } from "node:net";
import { join } from "node:path";
import type { PollFault, Resource, ResourceContext } from "@ocelli/plugin-sdk";
import { afterEach, expect, test } from "vitest";
import { poll } from "./poll.js";
import { HttpSettings } from "./settings.js";

const fixtures = join(import.meta.dirname, "..", "fixtures");
const pem = (name: string): string => readFileSync(join(fixtures, `${name}.pem`), "utf8");
const open: { server: Server; end: () => void }[] = [];

afterEach(async () => {
  for (const { server, end } of open.splice(0)) {
    const closed = new Promise((resolve) => server.close(resolve));
    end();
    await closed;
  }
});

async function listen(server: Server, end: () => void): Promise<number> {
  open.push({ server, end });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

async function serve(listener: RequestListener): Promise<string> {
  const server = createHttp(listener);
  return `http://127.0.0.1:${await listen(server, () => server.closeAllConnections())}`;
}

async function serveTls(certificate: string, listener: RequestListener): Promise<string> {
  const server = createHttps({ key: pem("localhost.key"), cert: pem(certificate) }, listener);
  return `https://127.0.0.1:${await listen(server, () => server.closeAllConnections())}`;
}

/** A server below HTTP that does with each connection as it is told. */
async function serveTcp(onText: (socket: import("node:net").Socket) => void): Promise<string> {
  const server = createTcp((socket) => {
    socket.on("error", () => undefined);
    socket.once("data", () => onText(socket));
  });
  return `http://127.0.0.1:${await listen(server, () => undefined)}`;
}

interface Outcome {
  readonly url: string | undefined;
  readonly values: Record<string, number>;
  readonly fault: PollFault | undefined;
}

async function run(
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

test("a page that is as it should be: status, size, and every step's time", async () => {
  const base = await serve((_, answer) => void answer.end("hello world"));
  const { url, values, fault } = await run(`${base}/page?token=1`, { http: { body_match: "^hello" } });
  expect(fault).toBeUndefined();
  expect(url).toBe(`${base}/page`);
  expect(values).toMatchObject({
    up: 1,
    status_code: 200,
    status_expected: 1,
    body_matched: 1,
    body_bytes: 11,
    body_truncated: 0,
    redirects: 0,
  });
  const steps = ["dns_seconds", "connect_seconds", "first_byte_seconds", "transfer_seconds"].map(
    (name) => values[name] ?? Number.NaN,
  );
  for (const step of steps) expect(step).toBeGreaterThanOrEqual(0);
  expect(steps.reduce((sum, step) => sum + step)).toBeLessThanOrEqual(values["total_seconds"] ?? 0);
  expect(values).not.toHaveProperty("tls_seconds");
});

test("the slow part is named: a server that thinks takes its time before the first byte", async () => {
  const base = await serve((_, answer) => void setTimeout(() => answer.end("x"), 150));
  const { values } = await run(base);
  expect(values["first_byte_seconds"]).toBeGreaterThan(0.14);
  expect(values["connect_seconds"]).toBeLessThan(0.14);
});

test("redirects are followed, counted, and their time is part of the whole; secrets stay with the server that was asked", async () => {
  const seen: IncomingHttpHeaders[] = [];
  const other = await serve((request, answer) => {
    seen.push(request.headers);
    answer.end("there");
  });
  const base = await serve((request, answer) => {
    seen.push(request.headers);
    answer.writeHead(302, { location: request.url === "/" ? "/next" : other }).end();
  });
  const { values } = await run(base, { headers: { Authorization: "Bearer s3cret", "X-Key": "k3y" } });
  expect(values).toMatchObject({ up: 1, status_code: 200, redirects: 2, body_bytes: 5 });
  expect(seen[0]).toMatchObject({ authorization: "Bearer s3cret", "x-key": "k3y", "user-agent": "ocelli-http" });
  expect(seen[1]).toMatchObject({ authorization: "Bearer s3cret" });
  expect(seen[2]).not.toHaveProperty("authorization");
  expect(seen[2]).not.toHaveProperty("x-key");
});

test.for([
  { why: "an error", status: 503, settings: {}, want: "network", text: "answered 503, expected 200-399" },
  { why: "a refusal", status: 401, settings: {}, want: "authentication", text: "answered 401" },
  {
    why: "success where an error is wanted",
    status: 200,
    settings: { expected_status: ["404"] },
    want: "network",
    text: "expected 404",
  },
  {
    why: "another text",
    status: 200,
    settings: { body_match: "^bye" },
    want: "missing_metrics",
    text: "does not match ^bye",
  },
])("$why is a fault with all that was measured", async ({ status, settings, want, text }) => {
  const base = await serve((_, answer) => void answer.writeHead(status).end("hello"));
  const { values, fault } = await run(base, { http: settings });
  expect(fault).toMatchObject({ status: want });
  expect(fault?.message).toContain(text);
  expect(values).toMatchObject({ up: 0, status_code: status, body_bytes: 5 });
});

test("an expected error is fine, and redirects are answers where none are followed", async () => {
  const base = await serve((_, answer) => void answer.writeHead(301, { location: "/x" }).end());
  expect(await run(base, { http: { max_redirects: 0, expected_status: ["301"] } })).toMatchObject({
    fault: undefined,
    values: { up: 1, status_code: 301, redirects: 0 },
  });
});

test("a circle of redirects ends", async () => {
  const base = await serve((_, answer) => void answer.writeHead(302, { location: "/" }).end());
  const { values, fault } = await run(base, { http: { max_redirects: 3 } });
  expect(fault).toMatchObject({ status: "network", message: "more than 3 redirects" });
  expect(values).toMatchObject({ up: 0, redirects: 3 });
});

test("an endless body is cut at the limit", async () => {
  const base = await serve((_, answer) => {
    const timer = setInterval(() => answer.write("x".repeat(10_000)), 1);
    answer.on("close", () => clearInterval(timer));
  });
  const { values, fault } = await run(base, { http: { max_body_bytes: 25_000 } });
  expect(fault).toBeUndefined();
  expect(values).toMatchObject({ up: 1, body_bytes: 25_000, body_truncated: 1 });
});

test("HEAD asks for no body", async () => {
  let method = "";
  const base = await serve((request, answer) => {
    method = request.method ?? "";
    answer.writeHead(200, { "content-length": 5000 }).end();
  });
  expect(await run(base, { http: { method: "HEAD" } })).toMatchObject({
    fault: undefined,
    values: { up: 1, body_bytes: 0 },
  });
  expect(method).toBe("HEAD");
});

test("nobody there is status 2, with up 0", async () => {
  const base = await serve(() => undefined);
  const gone = open.pop();
  await new Promise((resolve) => gone?.server.close(resolve));
  const { values, fault } = await run(base);
  expect(fault).toMatchObject({ status: "network" });
  expect(fault?.message).toContain("ECONNREFUSED");
  expect(values["up"]).toBe(0);
  expect(values).not.toHaveProperty("status_code");
});

test("no answer in time is status 3, and the time so far is told", async () => {
  const base = await serve(() => undefined);
  const { values, fault } = await run(base, { http: { timeout_s: 0.2 } });
  expect(fault).toMatchObject({ status: "timeout", message: `no whole answer from ${base}/ within 0.2 s` });
  expect(values["up"]).toBe(0);
  expect(values["total_seconds"]).toBeGreaterThan(0.19);
  expect(values["connect_seconds"]).toBeGreaterThanOrEqual(0);
});

test("an answer that stops in the middle is status 3, its status code is told", async () => {
  const base = await serve((_, answer) => {
    answer.writeHead(200, { "content-length": 100 });
    answer.write("half");
  });
  const { values, fault } = await run(base, { http: { timeout_s: 0.2 } });
  expect(fault).toMatchObject({ status: "timeout" });
  expect(values).toMatchObject({ up: 0, status_code: 200 });
});

test("a connection that breaks off in the body is status 2", async () => {
  const base = await serveTcp((socket) => {
    socket.write("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf", () => socket.destroy());
  });
  expect((await run(base)).fault).toMatchObject({ status: "network" });
});

test("garbage is status 2", async () => {
  const base = await serveTcp((socket) => socket.end("220 mail.example ESMTP\r\n"));
  expect((await run(base)).fault).toMatchObject({ status: "network" });
});

test("TLS: a trusted certificate and the time until its end", async () => {
  const base = await serveTls("localhost.cert", (_, answer) => void answer.end("x"));
  const { values, fault } = await run(base, { http: { ca_file: "localhost.cert.pem" } });
  expect(fault).toBeUndefined();
  expect(values).toMatchObject({
    up: 1,
    certificate_trusted: 1,
    certificate_not_after_seconds: Date.UTC(2120, 0, 1) / 1000,
  });
  expect(values["certificate_valid_days"]).toBeGreaterThan(1000);
  expect(values["tls_seconds"]).toBeGreaterThan(0);
});

test.for([
  { why: "signed by nobody we know", certificate: "localhost.cert", http: {}, text: "DEPTH_ZERO_SELF_SIGNED_CERT" },
  { why: "expired", certificate: "expired.cert", http: { ca_file: "expired.cert.pem" }, text: "CERT_HAS_EXPIRED" },
])(
  "TLS: a certificate that is $why is a fault and a metric, and the server is asked nothing",
  async ({ certificate, http, text }) => {
    let isAsked = false;
    const base = await serveTls(certificate, (_, answer) => {
      isAsked = true;
      answer.end();
    });
    const { values, fault } = await run(base, { http, headers: { authorization: "Bearer s3cret" } });
    expect(fault).toMatchObject({ status: "network" });
    expect(fault?.message).toContain(text);
    expect(values).toMatchObject({ up: 0, certificate_trusted: 0 });
    expect(values).toHaveProperty("certificate_not_after_seconds");
    expect(isAsked).toBe(false);
  },
);

test("TLS: a certificate of another name is not trusted", async () => {
  const base = await serveTls("localhost.cert", (_, answer) => void answer.end());
  const other = base.replace("127.0.0.1", "[::ffff:127.0.0.1]");
  const { fault } = await run(other, { http: { ca_file: "localhost.cert.pem" } });
  expect(fault?.message).toContain("ERR_TLS_CERT_ALTNAME_INVALID");
});

test("TLS: without tls_verify an expired certificate is told and the server asked all the same", async () => {
  const base = await serveTls("expired.cert", (_, answer) => void answer.end("x"));
  const { values, fault } = await run(base, { http: { tls_verify: false } });
  expect(fault).toBeUndefined();
  expect(values).toMatchObject({ up: 1, status_code: 200, certificate_trusted: 0 });
  expect(values["certificate_valid_days"]).toBeLessThan(0);
});

test("TLS: a server that speaks none is status 2", async () => {
  const base = await serveTcp((socket) => socket.end("not TLS"));
  expect((await run(base.replace("http:", "https:"))).fault).toMatchObject({ status: "network" });
});

test("the run's end ends the check", async () => {
  const stop = new AbortController();
  const base = await serve(() => stop.abort(new Error("drained")));
  await expect(run(base, {}, stop.signal)).rejects.toThrow("drained");
});

test("credentials in the address are sent and not shown", async () => {
  let authorization: string | undefined;
  const base = await serve((request, answer) => {
    authorization = request.headers.authorization;
    answer.end();
  });
  const { url } = await run(base.replace("//", "//user:p%40ss@"));
  expect(authorization).toBe(`Basic ${Buffer.from("user:p@ss").toString("base64")}`);
  expect(url).toBe(`${base}/`);
});
