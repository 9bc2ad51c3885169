import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "./eventually.js";

/** The server under test: the newest one that `npm test` found, else whatever is on PATH. */
export function natsBinary(): string {
  return process.env["OCELLI_TEST_NATS_SERVER"] ?? "nats-server";
}

/** A real nats-server of one test, on a free loopback port. */
export interface TestNats {
  readonly url: string;
  readonly pid: number;
  /** Dies like in a power cut of the process: no goodbye. */
  kill(): Promise<void>;
  /** Comes back on the same port with the same store. */
  restart(): Promise<void>;
  freeze(): void;
  thaw(): void;
  stop(): Promise<void>;
}

export async function startNats(binary = natsBinary()): Promise<TestNats> {
  const dir = await mkdtemp(join(tmpdir(), "ocelli-nats-"));
  let running = await launch(binary, dir, -1);
  const { port } = running;
  return {
    url: `nats://127.0.0.1:${port}`,
    get pid() {
      return running.child.pid ?? 0;
    },
    kill: () => end(running.child, "SIGKILL"),
    async restart() {
      running = await launch(binary, dir, port);
    },
    freeze: () => void running.child.kill("SIGSTOP"),
    thaw: () => void running.child.kill("SIGCONT"),
    async stop() {
      running.child.kill("SIGCONT");
      await end(running.child, "SIGKILL");
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function launch(binary: string, dir: string, port: number): Promise<{ child: ChildProcess; port: number }> {
  const args = ["-js", "-a", "127.0.0.1", "-p", String(port), "-sd", join(dir, "store"), "--ports_file_dir", dir];
  const child = spawn(binary, args, { stdio: ["ignore", "ignore", "pipe"] });
  const ready = new Promise<void>((resolve, reject) => {
    let text = "";
    child.stderr?.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes("Server is ready")) resolve();
    });
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`${binary} ended with ${code}: ${text}`)));
  });
  await ready;
  return { child, port: port === -1 ? await portOf(dir) : port };
}

/** The server writes its ports file at about the time it says that it is ready: before or after. */
async function portOf(dir: string): Promise<number> {
  return await eventually(async () => {
    const file = (await readdir(dir)).find((name) => name.endsWith(".ports"));
    if (file === undefined) throw new Error(`no ports file in ${dir}`);
    const ports = JSON.parse(await readFile(join(dir, file), "utf8")) as { nats: string[] };
    return Number(new URL(ports.nats[0] ?? "").port);
  });
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill(signal);
  await gone;
}
