import { mkdir, mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { staleSource, staleWarning } from "./stale-build.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "ocelli-stale-"));
});
afterEach(() => rm(folder, { recursive: true }));

/** A file that was last written so many seconds after the epoch. */
async function put(path: string, atS: number, text = ""): Promise<void> {
  const file = join(folder, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  await utimes(file, atS, atS);
}

test.for([
  { why: "a source", path: "src/plugin.ts", output: "dist", stale: true },
  { why: "a source whose name begins like the build's folder", path: "distance.ts", output: "dist", stale: true },
  { why: "a source in a folder of such a name", path: "dist-tools/x.ts", output: "dist", stale: true },
  { why: "a source in Go", path: "plugin.go", output: "bin/x", stale: true },
  { why: "a test in Go, which no binary has in it", path: "plugin_test.go", output: "bin/x", stale: false },
  { why: "a declaration", path: "src/plugin.d.ts", output: "dist", stale: false },
  { why: "what the build itself wrote", path: "dist/late.ts", output: "dist", stale: false },
  { why: "somebody else's source", path: "node_modules/x/x.ts", output: "dist", stale: false },
])("newer than the build, $why counts: $stale", async ({ path, output, stale }) => {
  await put(output === "dist" ? "dist/main.js" : output, 100);
  await put(path, 200);
  expect(await staleSource({ argv: ["make"], folder, output })).toBe(stale ? path : undefined);
});

test("it is said with what builds it", async () => {
  await put("package.json", 50, '{ "main": "dist/main.js", "scripts": { "build": "tsc" } }');
  await put("dist/main.js", 100);
  await put("src/main.ts", 90);
  expect(await staleWarning(folder)).toBeUndefined();
  await put("src/main.ts", 200);
  expect(await staleWarning(folder)).toBe("src/main.ts is newer than what is built: run npm run --silent build");
});
