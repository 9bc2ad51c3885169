import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { readInfo } from "./answering.js";
import { findNatsServer } from "./find.js";
import type { Startable } from "./launch.js";
import { type RunningNats, startNatsServer } from "./start.js";

let found: Startable;
let dataDir: string;
const running: RunningNats[] = [];

beforeAll(async () => {
  const binary = process.env["OCELLI_TEST_NATS_SERVER"];
  const looked = await findNatsServer({ binaryOnly: true, ...(binary && { binary }) });
  if (looked.kind === "url") throw new Error("a binary was asked for");
  found = looked;
}, 900_000);

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "ocelli-nats-"));
});

afterEach(async () => {
  for (const server of running.splice(0)) await server.stop();
  await rm(dataDir, { recursive: true, force: true });
});

async function start(): Promise<RunningNats> {
  const server = await startNatsServer({ found, dataDir });
  running.push(server);
  return server;
}

/** Sends CONNECT with a token and gives the server's answer. */
async function greet(port: number, token: string): Promise<string> {
  const socket = connect({ host: "127.0.0.1", port });
  socket.write(`CONNECT ${JSON.stringify({ auth_token: token, verbose: true })}\r\nPING\r\n`);
  let text = "";
  for await (const chunk of socket.setEncoding("utf8")) {
    text += chunk;
    if (/PONG|-ERR/.test(text)) break;
  }
  return text;
}

test("after a crash it comes back on the same port with the same token, and stops when told", async () => {
  const first = await start();
  expect(await readInfo("127.0.0.1", first.port, 2_000)).toMatchObject({
    version: found.kind === "binary" ? found.version : "",
  });

  process.kill(first.pid, "SIGKILL");
  expect(await first.exited).toMatchObject({ signal: "SIGKILL" });

  const second = await start();
  expect([second.port, second.token]).toEqual([first.port, first.token]);
  expect(second.pid).not.toBe(first.pid);

  await second.stop();
  expect(() => process.kill(second.pid, 0)).toThrow(/ESRCH/);
  expect(await readInfo("127.0.0.1", second.port, 500)).toBeUndefined();
});

test("who does not know the token is sent away, and only the owner can read it", async () => {
  const server = await start();
  expect(await greet(server.port, "guess")).toMatch(/-ERR 'Authorization Violation'/);
  expect(await greet(server.port, server.token)).toMatch(/PONG/);
  for (const file of ["token", "nats-server.conf"]) {
    expect((await stat(join(dataDir, file))).mode & 0o077).toBe(0);
    expect(await readFile(join(dataDir, file), "utf8")).toContain(server.token);
  }
});

test("a folder in use is refused, with words, and its server goes on", async () => {
  const server = await start();
  await expect(startNatsServer({ found, dataDir })).rejects.toMatchObject({
    code: "conflict",
    message: expect.stringMatching(/is in use by this process/),
  });
  expect(await readInfo("127.0.0.1", server.port, 2_000)).toBeDefined();
});

test("a server whose owner was killed is stopped before the folder is used again", async () => {
  const orphan = await start();
  const lockFile = join(dataDir, "nats-server.lock");
  const holders = JSON.parse(await readFile(lockFile, "utf8")) as object;
  await writeFile(lockFile, JSON.stringify({ ...holders, owner: { pid: await numberOfADeadProcess(), born: "1" } }));

  const said: string[] = [];
  const next = await startNatsServer({ found, dataDir, onLog: (sentence) => said.push(sentence) });
  running.push(next);
  expect(await orphan.exited).toBeDefined();
  expect(next.port).toBe(orphan.port);
  expect(said[0]).toBe(`Stopping the nats-server ${orphan.pid} that a process which is gone left behind.`);
});

test("when a stranger has the port of the last start, another one is used", async () => {
  const first = await start();
  await first.stop();
  const stranger = createServer().listen(first.port, "127.0.0.1");
  await once(stranger, "listening");
  try {
    expect((await start()).port).not.toBe(first.port);
    await expect(startNatsServer({ found, dataDir: join(dataDir, "2"), port: first.port })).rejects.toMatchObject({
      code: "conflict",
    });
  } finally {
    stranger.close();
  }
});

test("a server that ends at once gives its own words, and the folder is free again", async () => {
  const path = join(dataDir, "broken-server");
  await writeFile(path, "#!/bin/sh\necho 'no space left on device' >&2\nexit 3\n", { mode: 0o755 });
  const broken: Startable = { kind: "binary", path, version: "2.15.0", origin: "given" };
  await expect(startNatsServer({ found: broken, dataDir })).rejects.toThrow(/ended at once \(exit 3\):\nno space left/);
  await start();
});

async function numberOfADeadProcess(): Promise<number> {
  const child = spawn(process.execPath, ["-e", ""], { stdio: "ignore" });
  await once(child, "exit");
  return child.pid ?? 0;
}
