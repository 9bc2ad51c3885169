import { type FileHandle, open, unlink } from "node:fs/promises";
import { createConnection, createServer, type Server } from "node:net";
import { join } from "node:path";
import { OcelliError } from "@ocelli/model";

const answerMs = 500;
/** What a socket's path may have, in bytes, on the strictest system. */
const longestPath = 103;

/** Makes sure that one process works in a directory at a time, by a socket that it listens on: the system closes it with the
 *  process, however that ends, and no process number is mistaken for another's, in containers neither.
 *  Throws `conflict` where somebody else has the directory. */
export async function lockDirectory(directory: string): Promise<{ release(): Promise<void> }> {
  const handle = await open(directory, "r");
  try {
    const path = shortPath(directory, handle);
    const server = await listenOrTakeOver(path, directory);
    return {
      release: async () => {
        await new Promise<void>((resolve) => server.close(() => resolve()));
        await handle.close();
      },
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function listenOrTakeOver(path: string, directory: string): Promise<Server> {
  const first = await listen(path);
  if (first) return first;
  const holder = await holderOf(path);
  if (holder === undefined) await unlink(path).catch(() => undefined);
  const server = holder === undefined ? await listen(path) : undefined;
  if (server) return server;
  throw new OcelliError(
    "conflict",
    `the spool ${directory} is in use by another agent${holder ? ` (process ${holder})` : ""}; ` +
      "give each agent an [agent] id or a [spool] directory of its own",
  );
}

/** A server on the path, or undefined where there is a socket already. */
function listen(path: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => {
      socket.on("error", () => socket.destroy());
      socket.end(String(process.pid));
    });
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE") resolve(undefined);
      else reject(error);
    });
    server.listen(path, () => {
      server.unref();
      resolve(server);
    });
  });
}

/** The process that listens on the path, as far as it says: undefined where nobody does, empty where it does not answer. */
function holderOf(path: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    let said = "";
    const socket = createConnection(path);
    socket.setTimeout(answerMs, () => socket.destroy());
    socket.on("data", (chunk: Buffer) => {
      said += chunk.toString("latin1");
    });
    socket.once("error", ({ code }: NodeJS.ErrnoException) => {
      if (code === "ECONNREFUSED" || code === "ENOENT") resolve(undefined);
    });
    socket.once("close", () => resolve(said));
  });
}

/** A path for the socket that is short enough; Linux has one for each open directory. */
function shortPath(directory: string, handle: FileHandle): string {
  const path = join(directory, "lock");
  if (Buffer.byteLength(path) <= longestPath) return path;
  if (process.platform === "linux") return `/proc/self/fd/${handle.fd}/lock`;
  throw new OcelliError("invalid", `[spool] directory: ${directory} is too long a path for a socket in it`);
}
