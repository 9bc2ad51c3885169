import { createHash } from "node:crypto";
import { rm, stat } from "node:fs/promises";
import { connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Held while one process writes a file. */
export interface PathLock {
  release(): Promise<void>;
}

const tryEveryMs = 50;

/** Takes the sole right to write `path` on this machine, waiting at most `waitMs` for another process to let go of it;
 *  undefined where it does not. The lock is a listening socket, so that the death of its holder frees it at once. */
export async function lockPath(path: string, waitMs: number, signal?: AbortSignal): Promise<PathLock | undefined> {
  const address = await lockAddress(path);
  const until = performance.now() + waitMs;
  for (;;) {
    const server = await tryListen(address);
    if (server) {
      server.unref();
      return { release: () => new Promise((resolve) => void server.close(() => resolve())) };
    }
    if (performance.now() >= until) return undefined;
    await sleep(tryEveryMs, undefined, signal ? { signal } : {});
  }
}

/** One address for every way of naming the file: by its folder's device and inode, and its name. */
async function lockAddress(path: string): Promise<string> {
  const { dev, ino } = await stat(dirname(path), { bigint: true });
  const name = `ocelli-jsonl-${createHash("sha256")
    .update(`${dev}:${ino}:${basename(path)}`)
    .digest("hex")
    .slice(0, 32)}`;
  if (process.platform === "linux") return `\0${name}`;
  return process.platform === "win32" ? `\\\\.\\pipe\\${name}` : join(tmpdir(), `${name}.sock`);
}

async function tryListen(address: string): Promise<Server | undefined> {
  const server = await listen(address);
  if (server || address.startsWith("\0") || address.startsWith("\\")) return server;
  // A socket file outlives its holder; one that nobody answers on is left over.
  if (await answers(address)) return undefined;
  await rm(address, { force: true });
  return await listen(address);
}

function listen(address: string): Promise<Server | undefined> {
  const server = createServer((socket) => socket.destroy());
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE" || error.code === "EACCES") resolve(undefined);
      else reject(error);
    });
    server.listen(address, () => resolve(server));
  });
}

function answers(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(address, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
