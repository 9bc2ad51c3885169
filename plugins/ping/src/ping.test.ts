import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { PollFault, Resource, ResourceContext } from "@ocelli/plugin-sdk";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ping } from "./ping.js";
import { PingSettings } from "./settings.js";
import { pingTcp } from "./tcp-ping.js";

let folder: string;
const open: Server[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "ocelli-ping-"));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const server of open.splice(0)) await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});

async function listen(): Promise<number> {
  const server = createServer((socket) => socket.destroy());
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

async function closedPort(): Promise<number> {
  const port = await listen();
  await new Promise((resolve) => open.pop()?.close(resolve));
  return port;
}

/** A program of that name in PATH that writes its arguments down and answers as told. */
async function fakeFping(script: string): Promise<void> {
  const file = join(folder, "fping");
  await writeFile(file, `#!/bin/sh\necho "$@" > "${folder}/arguments"\n${script}\n`);
  await chmod(file, 0o755);
  vi.stubEnv("PATH", `${folder}:/usr/bin:/bin`);
}

function resourceOf(endpoint: string, metadata: Record<string, string> = {}): Resource {
  return { id: "r", site: "", class: "", subclass: "", type: "", endpoint, metadata, parents: [], ttlS: 0 };
}

interface Answer {
  readonly dimensions: unknown;
  readonly values: Record<string, number | bigint>;
  readonly fault: PollFault | undefined;
}

async function run(
  resource: Resource,
  settings: Record<string, unknown>,
  signal = new AbortController().signal,
): Promise<Answer> {
  let fault: PollFault | undefined;
  const ctx = {
    settings: PingSettings.parse({ ping: { interval_ms: 10, timeout_s: 1, ...settings } }),
    signal,
    deadlineAtMs: performance.now() + 60_000,
    log: { debug: () => undefined },
    fault: (given: PollFault) => {
      fault = given;
    },
  } as unknown as ResourceContext<PingSettings>;
  const [group] = await ping(resource, ctx);
  const values = Object.entries(group?.metrics ?? {}).map(([name, { value }]) => [name, value]);
  return { dimensions: group?.dimensions, values: Object.fromEntries(values) as Answer["values"], fault };
}

test("fping is called once for all probes and its times become statistics", async () => {
  await fakeFping('echo "10.9.9.9 : 1.00 - 3.00" >&2; exit 0');
  const answer = await run(resourceOf("10.9.9.9:161"), { count: 3 });
  expect(answer).toEqual({
    dimensions: { ping_method: "icmp" },
    values: {
      ping_status: 0,
      packet_loss_percent: 100 / 3,
      round_trip_minimum: 1,
      round_trip_maximum: 3,
      round_trip_average: 2,
      round_trip_standard_deviation: 1,
    },
    fault: undefined,
  });
  expect((await readFile(join(folder, "arguments"), "utf8")).trim()).toBe("-q -C 3 -t 1000 -p 10 10.9.9.9");
});

test("total loss gives statistics and status 7, not an exception", async () => {
  await fakeFping('echo "10.9.9.9 : - - -" >&2; exit 1');
  const answer = await run(resourceOf("10.9.9.9"), {});
  expect(answer.values).toEqual({ ping_status: 7, packet_loss_percent: 100 });
  expect(answer.fault).toMatchObject({
    status: "ping_failure",
    message: "10.9.9.9 answered none of 3 probes by ICMP within 1 s",
  });
});

test("a name without an address is a fault of the network", async () => {
  await fakeFping('echo "nosuch.example: Name or service not known" >&2; exit 2');
  await expect(run(resourceOf("nosuch.example"), {})).rejects.toMatchObject({ status: "network" });
});

test("an fping that may not ping is replaced by TCP, unless it is asked for", async () => {
  await fakeFping('echo "fping: can\'t create socket (must run as root?)" >&2; exit 4');
  const port = await listen();
  const answer = await run(resourceOf(`127.0.0.1:${port}`), {});
  expect(answer).toMatchObject({ dimensions: { ping_method: "tcp" }, values: { packet_loss_percent: 0 } });
  await expect(run(resourceOf("127.0.0.1"), { method: "fping" })).rejects.toThrow("must run as root");
});

test("an fping that hangs ends with the run", async () => {
  await fakeFping("exec sleep 60");
  const stop = new AbortController();
  const running = run(resourceOf("10.9.9.9"), {}, stop.signal);
  await vi.waitFor(() => readFile(join(folder, "arguments"), "utf8"));
  stop.abort(new Error("deadline"));
  await expect(running).rejects.toThrow("deadline");
});

test("TCP: an open port answers", async () => {
  const answer = await run(resourceOf(`127.0.0.1:${await listen()}`), { method: "tcp" });
  expect(answer.dimensions).toEqual({ ping_method: "tcp" });
  expect(answer.values).toMatchObject({ ping_status: 0, packet_loss_percent: 0 });
  expect(answer.values["round_trip_minimum"]).toBeGreaterThan(0);
  expect(answer.values["round_trip_maximum"]).toBeLessThan(1000);
});

test("TCP: a refused connection is an answer as well", async () => {
  const answer = await run(resourceOf("127.0.0.1"), { method: "tcp", tcp_port: await closedPort() });
  expect(answer.values).toMatchObject({ ping_status: 0, packet_loss_percent: 0 });
});

test("TCP: the settings' port is taken before the resource's, and that before the endpoint's", async () => {
  const port = await listen();
  let calls = 0;
  open[0]?.on("connection", () => {
    calls += 1;
  });
  const closed = await closedPort();
  await run(resourceOf(`127.0.0.1:${closed}`, { ping_port: String(port) }), { method: "tcp" });
  await vi.waitFor(() => expect(calls).toBe(3));
  await run(resourceOf(`127.0.0.1:${closed}`, { ping_port: String(closed) }), { method: "tcp", tcp_port: port });
  await vi.waitFor(() => expect(calls).toBe(6));
});

test("TCP: of several ports the first to answer is kept", async () => {
  const ports = [await listen(), await listen()];
  let calls = 0;
  for (const server of open) {
    server.on("connection", () => {
      calls += 1;
    });
  }
  const plan = { count: 4, timeoutMs: 1000, intervalMs: 100 };
  const outcome = await pingTcp("127.0.0.1", ports, plan, new AbortController().signal);
  expect(outcome.kind === "probes" ? outcome.probes.every((time) => time !== undefined) : outcome).toBe(true);
  expect(calls).toBeLessThan(8); // Two for each probe if none were kept.
});

/** A port where the system lets connections wait for a process that is stopped, and drops them once its queue is full. */
async function silentPort(): Promise<{ port: number; end: () => void }> {
  const program =
    'require("net").createServer().listen({ port: 0, host: "127.0.0.1", backlog: 1 }, function () { console.log(this.address().port) })';
  const child = spawn(process.execPath, ["-e", program], { stdio: ["ignore", "pipe", "inherit"] });
  const [text] = (await once(child.stdout, "data")) as [Buffer];
  const port = Number(text.toString());
  child.kill("SIGSTOP");
  const waiting: Socket[] = [];
  for (let isOpen = true; isOpen && waiting.length < 50; ) {
    const socket = connect(port, "127.0.0.1").on("error", () => undefined);
    waiting.push(socket);
    isOpen = await Promise.race([once(socket, "connect").then(() => true), sleep(200, false)]);
  }
  const end = (): void => {
    for (const socket of waiting) socket.destroy();
    child.kill("SIGKILL");
  };
  return { port, end };
}

test("TCP: nobody there is total loss within the timeout", async () => {
  const { port, end } = await silentPort();
  const startedAtMs = performance.now();
  const answer = await run(resourceOf(`127.0.0.1:${port}`), { method: "tcp", timeout_s: 0.2 }).finally(end);
  expect(answer.values).toEqual({ ping_status: 7, packet_loss_percent: 100 });
  expect(answer.fault).toMatchObject({
    status: "ping_failure",
    message: `127.0.0.1 answered none of 3 probes by TCP port ${port} within 0.2 s`,
  });
  expect(performance.now() - startedAtMs).toBeGreaterThan(200);
});

test("an endpoint that names no host is a fault that does not come again by itself", async () => {
  await expect(run(resourceOf("-c 1000000"), {})).rejects.toMatchObject({ status: "internal", retry: "never" });
});
