import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { tarball } from "./tarball.js";

const dir = mkdtempSync(join(tmpdir(), "ocelli-tar-"));
afterAll(() => rmSync(dir, { recursive: true }));

const deep = `${"folder/".repeat(14)}a-file-with-a-name.d.ts`;
const files = [
  { path: "package/empty.txt", bytes: Buffer.from("") },
  { path: "package/one-block.txt", bytes: Buffer.alloc(512, "x") },
  { path: `package/${deep}`, bytes: Buffer.from("deep") },
];

test("other programs read it, long paths and all", () => {
  writeFileSync(join(dir, "t.tgz"), tarball(files));
  execFileSync("tar", ["xzf", "t.tgz"], { cwd: dir });
  for (const { path, bytes } of files) expect(readFileSync(join(dir, path)).equals(bytes), path).toBe(true);
});

test("the same files make the same bytes", () => expect(tarball(files)).toEqual(tarball(files)));

test("a path that has no room is refused", () => {
  expect(() => tarball([{ path: "x".repeat(101), bytes: Buffer.from("") }])).toThrow(/too long for a tar archive/);
});
