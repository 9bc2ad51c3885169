import { randomBytes } from "node:crypto";
import { access, constants, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OcelliError } from "@ocelli/model";
import { startTicks } from "./process-group.js";

/** Node cuts longer paths of sockets off without a word. */
const socketMaxBytes = 100;

/** Tells the launches of this process from those of an earlier one with the same id. */
const processMark = randomBytes(3).toString("hex");

/** Where one launch of a module has its socket: only this user may look inside. */
export interface LaunchDir {
  readonly path: string;
  readonly socket: string;
  /** Notes which process was started, for a sweep after our own death. */
  note(pid: number): Promise<void>;
  remove(): Promise<void>;
}

/** The file in a launch directory that says which process was started. */
export const noteFile = "child.json";

/** Places for launch directories, best first. */
export function launchRoots(env: NodeJS.ProcessEnv = process.env): string[] {
  return [...new Set([env["XDG_RUNTIME_DIR"] ?? "", tmpdir(), "/tmp"])].filter((root) => root !== "");
}

/** The names of our own launch directories begin so. */
export function launchPrefix(pid: number, mark: string): string {
  return `ocelli-${pid}-${mark}-`;
}

/** Whose launch a directory is, or undefined where it is none. */
export function parseLaunchName(name: string): { readonly pid: number; readonly mark: string } | undefined {
  const [, pid, mark] = /^ocelli-(\d+)-([0-9a-f]{6})-\w{6}$/.exec(name) ?? [];
  return pid === undefined || mark === undefined ? undefined : { pid: Number(pid), mark };
}

export function isOurs(mark: string): boolean {
  return mark === processMark;
}

/** A new private directory with a socket path that was never used. Throws "internal" where no place is fit for it. */
export async function makeLaunchDir(roots: readonly string[] = launchRoots()): Promise<LaunchDir> {
  const prefix = launchPrefix(process.pid, processMark);
  const tooLong: string[] = [];
  for (const root of roots) {
    if (Buffer.byteLength(join(root, `${prefix}xxxxxx`, "s")) > socketMaxBytes) {
      tooLong.push(root);
      continue;
    }
    try {
      await access(root, constants.W_OK);
      return launchDir(await mkdtemp(join(root, prefix)));
    } catch {
      // The next place may do.
    }
  }
  const why = tooLong.length > 0 ? `; too long for a socket: ${tooLong.join(", ")}` : "";
  throw new OcelliError("internal", `no place for a private directory in ${roots.join(", ")}${why}`);
}

function launchDir(path: string): LaunchDir {
  return {
    path,
    socket: join(path, "s"),
    async note(pid) {
      const text = JSON.stringify({ pid, start: await startTicks(pid) });
      await writeFile(join(path, noteFile), text, { mode: 0o600 }).catch(() => {}); // Only a sweep misses it.
    },
    remove: () => rm(path, { recursive: true, force: true }),
  };
}
