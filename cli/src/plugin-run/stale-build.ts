import { readdir, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { type BuildStep, buildStepOf } from "./build-step.js";

/** What a build is made of: no declarations, and not the tests that Go leaves out. */
const sources = /(?<!\.d)\.m?ts$|(?<!_test)\.go$/;
const skipped = new Set(["node_modules", "vendor"]);

/** The source that was changed after the last build; undefined where there is none, or nothing is built yet. Compilers leave a
 *  file alone that would not change, so it is the newest file of the build that counts. */
export async function staleSource({ folder, output }: BuildStep): Promise<string | undefined> {
  const out = join(folder, output);
  const built = await newest(out, () => true);
  if (!built) return undefined;
  const outside = (path: string): boolean => sources.test(path) && path !== out && !path.startsWith(out + sep);
  const source = await newest(folder, outside);
  return source && source.atMs > built.atMs ? relative(folder, source.path) : undefined;
}

/** What of a module's folder was edited and not built, as a sentence: it would be missed in silence. */
export async function staleWarning(moduleFolder: string): Promise<string | undefined> {
  const step = await buildStepOf(moduleFolder);
  const source = step && (await staleSource(step));
  return step && source && `${source} is newer than what is built: run ${step.argv.join(" ")}`;
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
