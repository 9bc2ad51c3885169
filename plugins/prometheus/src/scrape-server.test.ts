import { request } from "node:http";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { contentTypes } from "./exposition.js";
import { negotiate } from "./negotiate.js";
import { type ScrapeServer, startScrapeServer } from "./scrape-server.js";

let server: ScrapeServer;
beforeAll(async () => {
  server = await startScrapeServer({
    host: "127.0.0.1",
    port: 0,
    path: "/metrics",
    render: (format) => `in ${format}\n`,
  });
});
afterAll(() => server.close());

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Buffer;
}

async function ask(path: string, headers: Record<string, string> = {}, method = "GET"): Promise<Answer> {
  const { port } = server;
  return await new Promise((resolve, reject) => {
    const outgoing = request({ port, host: "127.0.0.1", path, headers, method, agent: false }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("end", () => {
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks) });
      });
    });
    outgoing.on("error", reject).end();
  });
}

test.for([
  { why: "a browser gets plain text", accept: "text/html,*/*;q=0.8", want: "text" },
  { why: "no wish gets plain text", accept: undefined, want: "text" },
  {
    why: "Prometheus gets OpenMetrics",
    accept:
      "application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
    want: "openmetrics",
  },
  { why: "who wants plain text more gets it", accept: "application/openmetrics-text;q=0.1, text/plain", want: "text" },
  {
    why: "a version that is not ours is not given",
    accept: "application/openmetrics-text;version=2.0.0",
    want: "text",
  },
  { why: "what is ruled out is not given", accept: "application/openmetrics-text;q=0", want: "text" },
  {
    why: "letters in any case and quotes are read",
    accept: 'Application/OpenMetrics-Text; Version="1.0.0"',
    want: "openmetrics",
  },
] as const)("$why", async ({ accept, want }) => {
  expect(negotiate(accept)).toBe(want);
  const { headers, body } = await ask("/metrics?x=1", accept === undefined ? {} : { accept });
  expect(headers["content-type"]).toBe(contentTypes[want]);
  expect(body.toString()).toBe(`in ${want}\n`);
});

test("an answer is compressed for those who take it", async () => {
  const { headers, body } = await ask("/metrics", { "accept-encoding": "gzip" });
  expect(headers["content-encoding"]).toBe("gzip");
  expect(gunzipSync(body).toString()).toBe("in text\n");
  expect((await ask("/metrics", { "accept-encoding": "gzip;q=0, br" })).headers["content-encoding"]).toBeUndefined();
});

test("other paths and methods are told where to go", async () => {
  expect(await ask("/")).toMatchObject({ status: 200, body: Buffer.from("The metrics are at /metrics\n") });
  expect((await ask("/other")).status).toBe(404);
  expect(await ask("/metrics", {}, "POST")).toMatchObject({ status: 405, headers: { allow: "GET, HEAD" } });
  expect(await ask("/metrics", {}, "HEAD")).toMatchObject({
    status: 200,
    headers: { "content-length": "8" },
    body: Buffer.alloc(0),
  });
});
