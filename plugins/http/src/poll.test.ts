import type { IncomingHttpHeaders } from "node:http";
import { afterEach, expect, test } from "vitest";
import { closeServers, run, serve } from "./testing/servers.js";

afterEach(closeServers);

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
