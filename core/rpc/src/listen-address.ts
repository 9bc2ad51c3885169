import { lstat, unlink } from "node:fs/promises";
import { OcelliError } from "@ocelli/model";

/** Node cuts longer paths off without a word, and binds somewhere else. */
const socketPathMaxBytes = 100;

export type ListenAddress =
  | { readonly kind: "unix"; readonly path: string }
  | { readonly kind: "tcp"; readonly host: string; readonly port: number };

/** "unix:/path" or "host:port" (port 0 for a free one; an IPv6 host in brackets). */
export function parseListenAddress(text: string): ListenAddress {
  if (text.startsWith("unix:")) {
    const path = text.slice("unix:".length);
    const bytes = Buffer.byteLength(path);
    if (path === "") throw new OcelliError("invalid", "the socket path is empty");
    if (bytes > socketPathMaxBytes) {
      const limit = `at most ${socketPathMaxBytes} fit everywhere: choose a shorter directory`;
      throw new OcelliError("invalid", `socket path ${path} is ${bytes} bytes long; ${limit}`);
    }
    return { kind: "unix", path };
  }
  const match = /^(\[[0-9a-fA-F:.%]+\]|[^:\s]+):(\d{1,5})$/.exec(text);
  const port = Number(match?.[2]);
  if (!match?.[1] || port > 65_535) {
    throw new OcelliError("invalid", `"${text}" is no address: write host:port or unix:/path`);
  }
  return { kind: "tcp", host: match[1], port };
}

/** Removes what a killed process left at a socket path. Refuses to remove anything but a socket. */
export async function clearStaleSocket(path: string): Promise<void> {
  const stat = await lstat(path).catch(() => undefined);
  if (!stat) return;
  if (!stat.isSocket()) throw new OcelliError("conflict", `${path} exists and is no socket: it is left alone`);
  await unlink(path);
}
