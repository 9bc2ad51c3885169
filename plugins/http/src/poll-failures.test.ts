import { afterEach, expect, test } from "vitest";
import { closeServers, nobody, run, serve, serveTcp, serveTls } from "./testing/servers.js";

afterEach(closeServers);

test("nobody there is status 2, with up 0", async () => {
  const { values, fault } = await run(await nobody());
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
