import { readdir, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import type { BuildStep } from "./build-step.js";

const sources = /\.(ts|mts|go)$/;
const skipped = new Set(["node_modules", "vendor"]);

/** The source that was changed after the last build; undefined where there is none, or nothing is built yet. Compilers leave a
 *  file alone that would not change, so it is the newest file of the build that counts. */
export async function staleSource({ folder, output }: BuildStep): Promise<string | undefined> {
  const built = await newest(join(folder, output), () => true);
  if (!built) return undefined;
  const outside = (path: string): boolean =>
    sources.test(path) && !path.endsWith(".d.ts") && !path.startsWith(join(folder, output));
  const source = await newest(folder, outside);
  return source && source.atMs > built.atMs ? relative(folder, source.path) : undefined;
}

async function newest(
  path: string,
  wanted: (path: string) => boolean,
): Promise<{ readonly path: string; readonly atMs: number } | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (!found) return undefined;
  if (!found.isDirectory()) return wanted(path) ? { path, atMs: found.mtimeMs } : undefined;
  let best: { path: string; atMs: number } | undefined;
  for (const name of await readdir(path)) {
    if (skipped.has(name) || name.startsWith(".")) continue;
    const one = await newest(join(path, name), wanted);
    if (one && one.atMs > (best?.atMs ?? 0)) best = one;
  }
  return best;
}
