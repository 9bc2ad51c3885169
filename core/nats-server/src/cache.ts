import { randomBytes } from "node:crypto";
import { chmod, mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { binaryName } from "./asset.js";
import { compareVersions, versionIn } from "./version.js";
import type { World } from "./world.js";

/** Where fetched servers are kept: `$OCELLI_CACHE`, else the XDG cache folder of the user, else `~/.cache/ocelli`. */
export function cacheDir({ env, homeDir }: Pick<World, "env" | "homeDir">): string {
  const own = env["OCELLI_CACHE"];
  if (own) return join(own, "nats-server");
  const xdg = env["XDG_CACHE_HOME"];
  return join(xdg || join(homeDir, ".cache"), "ocelli", "nats-server");
}

export function cachedBinary(dir: string, version: string, platform: string): string {
  return join(dir, version, binaryName(platform));
}

/** The versions that have a folder in the cache, newest first. */
export async function cachedVersions(dir: string): Promise<string[]> {
  const names = await readdir(dir).catch(() => []);
  return names.filter((name) => versionIn(name) === name).sort((a, b) => compareVersions(b, a));
}

/** A private folder inside the cache to fetch into, so that the last step is a rename on one file system.
 *  It is gone when the scope ends, whatever happened. */
export async function workFolder(dir: string): Promise<AsyncDisposable & { readonly path: string }> {
  const path = join(dir, `.fetch-${randomBytes(6).toString("hex")}`);
  await mkdir(path, { recursive: true, mode: 0o700 });
  return {
    path,
    [Symbol.asyncDispose]: async () => {
      // Go makes what it downloads read-only, but its own cache is elsewhere: nothing here resists.
      await rm(path, { recursive: true, force: true });
    },
  };
}

/** Moves a verified server to its place in one step: a reader sees the whole file or none, and of two that
 *  fetch at once the later one replaces an equal file. */
export async function keepInCache(dir: string, version: string, platform: string, file: string): Promise<string> {
  const target = cachedBinary(dir, version, platform);
  await mkdir(join(dir, version), { recursive: true });
  await chmod(file, 0o755);
  await rename(file, target);
  return target;
}
