import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { gone } from "../testing/fake-modules.js";
import { launchPrefix, makeLaunchDir, noteFile } from "./launch-dir.js";
import { isAlive, startTicks } from "./process-group.js";
import { sweepLaunches } from "./sweep.js";

let root = "";
let leftover: ChildProcess;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "ocelli-sweep-"));
  leftover = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { detached: true, stdio: "ignore" });
});

afterEach(async () => {
  leftover.kill("SIGKILL");
  await rm(root, { recursive: true });
});

/** A launch directory as a host of that id left it. */
async function launchOf(hostPid: number, note: object): Promise<void> {
  const path = join(root, `${launchPrefix(hostPid, "aaaaaa")}bcdefg`);
  await mkdir(path);
  await writeFile(join(path, noteFile), JSON.stringify(note));
}

const deadPid = 2 ** 22 + 1; // Above the highest id that Linux gives.

test("a module whose host died is ended and its directory removed", async () => {
  const pid = leftover.pid ?? 0;
  await launchOf(deadPid, { pid, start: await startTicks(pid) });
  expect(await sweepLaunches([root])).toBe(1);
  await gone(pid);
  expect(await readdir(root)).toEqual([]);
});

test("a process that only has the same id is left alone", async () => {
  const pid = leftover.pid ?? 0;
  await launchOf(deadPid, { pid, start: "1" });
  expect(await sweepLaunches([root])).toBe(1);
  expect(isAlive(pid)).toBe(true);
});

test("launches of living hosts, our own and other folders are left alone", async () => {
  await launchOf(process.ppid, {});
  await makeLaunchDir([root]);
  await mkdir(join(root, "ocelli-data"));
  expect(await sweepLaunches([root])).toBe(0);
  expect(await readdir(root)).toHaveLength(3);
});

test("a launch of an earlier process with our id is stale", async () => {
  await launchOf(process.pid, {});
  expect(await sweepLaunches([root])).toBe(1);
});

test("a place that is too long for a socket is passed over", async () => {
  const deep = join(root, "x".repeat(90));
  await mkdir(deep);
  const dir = await makeLaunchDir([deep, root]);
  expect(dir.path.startsWith(join(root, "ocelli-"))).toBe(true);
  expect(Buffer.byteLength(dir.socket)).toBeLessThanOrEqual(100);
  await expect(makeLaunchDir([deep])).rejects.toThrow(/too long for a socket/);
});
