import { appendFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { FileTail } from "./file-tail.js";

test("a growing file is read once, in whole lines", async () => {
  const dir = await mkdtemp(join(tmpdir(), "ocelli-tail-"));
  onTestFinished(() => rm(dir, { recursive: true }));
  const path = join(dir, "log");
  const tail = new FileTail(path);
  expect(await tail.read()).toBe("");
  await appendFile(path, "one\ntw");
  expect(await tail.read()).toBe("one\n");
  await appendFile(path, "ö\nthree\n");
  expect(await tail.read()).toBe("twö\nthree\n");
  expect(await tail.read()).toBe("");
});
