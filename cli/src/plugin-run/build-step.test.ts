import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

import { build, buildStepOf } from "./build-step.js";
import { staleSource } from "./stale-build.js";

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "ocelli-build-"));
});
afterAll(() => rm(root, { recursive: true }));

async function folderOf(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  const folder = join(root, name);
  for (const [path, text] of Object.entries({ ".keep": "", ...files })) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return folder;
}

test.for([
  {
    why: "a package with a build script builds with it",
    name: "ts",
    files: { "package.json": '{"main":"./dist/main.js","scripts":{"build":"tsc"}}' },
    want: { argv: ["npm", "run", "--silent", "build"], output: "dist" },
  },
  {
    why: "a package without one is not built",
    name: "js",
    files: { "package.json": '{"main":"main.js"}' },
    want: undefined,
  },
  {
    why: "one that would build over its sources is not built",
    name: "flat",
    files: { "package.json": '{"main":"main.js","scripts":{"build":"tsc"}}' },
    want: undefined,
  },
  {
    why: "a Go folder builds what its module.json starts",
    name: "go",
    files: { "go.mod": "module x", "module.json": '{"command":["./bin/x"]}' },
    want: { argv: ["go", "build", "-o", "bin/x", "."], output: "bin/x" },
  },
  { why: "Python is not built", name: "py", files: { "main.py": "" }, want: undefined },
  {
    why: "a package.json that is being written is not built",
    name: "half",
    files: { "package.json": "{" },
    want: undefined,
  },
])("$why", async ({ name, files, want }) => {
  const folder = await folderOf(name, files as unknown as Record<string, string>);
  expect(await buildStepOf(folder)).toEqual(want && { ...want, folder });
});

const never = new AbortController().signal;
const step = (argv: [string, ...string[]]) => ({ argv, folder: root, output: "dist" });

test("a build that fails gives what it said", async () => {
  const script = "console.log('to stdout'); console.error('to stderr'); process.exit(2)";
  const outcome = await build(step(["node", "-e", script]), never);
  expect(outcome).toMatchObject({ kind: "failed", said: expect.stringMatching(/to std(out|err)\nto std(out|err)/) });
});

test("a tool that is not there is named", async () => {
  expect(await build(step(["no-such-tool"]), never)).toMatchObject({
    kind: "failed",
    said: expect.stringMatching(/no-such-tool/),
  });
});

test("a build is ended with all it started", async () => {
  const stop = new AbortController();
  const running = build(step(["sh", "-c", "sleep 600 & wait"]), stop.signal);
  stop.abort();
  expect(await running).toEqual({ kind: "aborted" });
});

test("a source that is newer than the build is named, and one that is older is not", async () => {
  const folder = await folderOf("stale", { "src/a.ts": "a", "node_modules/x/b.ts": "b" });
  const built = { argv: ["npm"] as [string], folder, output: "dist" };
  expect(await staleSource(built), "nothing is built yet").toBeUndefined();
  const { utimes } = await import("node:fs/promises");
  await folderOf("stale", { "dist/a.js": "a", "dist/a.d.ts": "a" });
  await utimes(join(folder, "src/a.ts"), 1_000, 1_000);
  expect(await staleSource(built)).toBeUndefined();
  await utimes(join(folder, "src/a.ts"), 4_000_000_000, 4_000_000_000);
  expect(await staleSource(built)).toBe("src/a.ts");
});
