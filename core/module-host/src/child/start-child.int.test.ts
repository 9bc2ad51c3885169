import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { SettingsShelf } from "../link/settings-shelf.js";
import { fakePath, gone, launchesLeft, linkHost, moduleOf, reasonOf, startFake } from "../testing/fake-modules.js";
import { startChild } from "./start-child.js";

afterEach(async () => expect(await launchesLeft()).toEqual([]));

test("a module gets a private place, few variables and one line, and ends with its stdin", async () => {
  const { outcome, lines } = await startFake("good.mjs");
  const module = moduleOf(outcome);
  expect(module.link).toMatchObject({
    title: "fake 0.1.0",
    description: { services: ["discovery", "enrichment", "polling", "sink"] },
  });
  const { pid } = module;
  await module.stop(1_000, "test is over");
  expect(await module.ended).toMatch(/good\.mjs exited with code 0/);
  expect(await module.end).toEqual({ code: 0, signal: null, error: undefined });
  await gone(pid);
  const serving = JSON.parse(lines.find((line) => line.includes('"serving"'))?.replace("stderr: ", "") ?? "{}");
  expect(serving.cwd).toMatch(/testdata$/);
  expect(["HOME", "LANG", "PATH", "TZ"]).toEqual(expect.arrayContaining(serving.env));
});

interface BadStart {
  readonly why: string;
  readonly module: string;
  readonly says: RegExp;
  /** What the outcome carries besides its words. */
  readonly is?: object;
  readonly startTimeoutMs?: number;
}

test.for<BadStart>([
  {
    why: "a module that crashes at start shows its code and its last words",
    module: "crash-at-start.mjs",
    is: { at: "process", end: { code: 1, signal: null } },
    says: /crash-at-start\.mjs exited with code 1 before it answered; its last lines:\n {2}\| reading the moon phase[\s\S]*the moon is not full/,
  },
  {
    why: "a missing package is told with what to do",
    module: "missing-package.mjs",
    says: /exited with code 1 before it answered: a-package-nobody-has is missing: run npm install and npm run build/,
  },
  {
    why: "a signal is named",
    module: "killed-at-start.mjs",
    is: { at: "process", end: { code: null, signal: "SIGSEGV" } },
    says: /was ended by SIGSEGV \(it crashed in native code\) before it answered/,
  },
  {
    why: "a module that opens no socket is given up with its last words",
    module: "never-serves.mjs",
    startTimeoutMs: 3_000,
    says: /opened no socket within 3 s: a module serves gRPC on the socket[\s\S]*waiting for better days/,
  },
  {
    why: "a module that never answers the handshake is given up",
    module: "never-answers-handshake.mjs",
    startTimeoutMs: 4_000,
    says: /did not answer the handshake within 4 s/,
  },
  {
    why: "another protocol names both ranges and who has to be upgraded",
    module: "protocol-of-the-future.mjs",
    is: { at: "version" },
    says: /future 9\.0\.0 speaks protocol version 2 to 3, and this Ocelli speaks 1: upgrade Ocelli/,
  },
  {
    why: "a module without services is refused",
    module: "no-services.mjs",
    says: /fake 0\.1\.0 cannot be used: it describes no service/,
  },
  { why: "a missing module says so", module: "nobody.mjs", says: /nobody\.mjs does not exist on this machine/ },
])("$why", async ({ module, says, is = {}, startTimeoutMs }) => {
  const { outcome } = await startFake(module, startTimeoutMs === undefined ? {} : { startTimeoutMs });
  expect(reasonOf(outcome)).toMatch(says);
  expect(outcome).toMatchObject({ kind: "failed", ...is });
});

test.for([
  {
    why: "a script without run bit",
    text: "#!/bin/sh\nexit 0\n",
    mode: 0o644,
    says: /is not executable: run chmod \+x/,
  },
  {
    why: "a script whose interpreter is missing",
    text: "#!/opt/no/such/python\n",
    mode: 0o755,
    says: /the interpreter of .*, \/opt\/no\/such\/python, is not on this machine/,
  },
  {
    why: "a script that starts what is not there",
    text: "#!/bin/sh\nno-such-program\n",
    mode: 0o755,
    says: /exited with code 127 \(a program it starts is not there\)[\s\S]*no-such-program/,
  },
])("$why says so", async ({ text, mode, says }) => {
  const folder = await mkdtemp(join(tmpdir(), "ocelli-test-"));
  try {
    const path = join(folder, "poll");
    await writeFile(path, text);
    await chmod(path, mode);
    expect(reasonOf((await startFake(path)).outcome)).toMatch(says);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("what a module prints is log lines, bounded, and breaks nothing", async () => {
  const { outcome, lines } = await startFake("prints-garbage.mjs");
  const module = moduleOf(outcome);
  await module.stop(500, "test is over");
  expect(lines[0]).toBe("stdout: \\x00�\\x1b[2J");
  expect(lines.length).toBeLessThan(1_500);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(9_000);
});

test("a grandchild that outlives the module is killed with the group", async () => {
  const { outcome, lines } = await startFake("leaves-a-grandchild.mjs");
  const module = moduleOf(outcome);
  const { pid } = module;
  await module.stop(500, "test is over");
  const grandchild = Number(/grandchild (\d+)/.exec(lines.join("\n"))?.[1]);
  await gone(pid);
  await gone(grandchild);
});

test("a module that ignores everything is ended with force", async () => {
  const { outcome } = await startFake("ignores-every-signal.mjs");
  const module = moduleOf(outcome);
  await module.stop(200, "test is over");
  expect(await module.ended).toMatch(/was ended by SIGKILL/);
  await gone(module.pid);
});

test("a start that is not wanted any more leaves nothing", async () => {
  const stop = new AbortController();
  const start = startChild(
    { path: fakePath("never-serves.mjs"), host: linkHost, shelf: new SettingsShelf() },
    stop.signal,
  );
  stop.abort();
  expect(reasonOf(await start)).toMatch(/was not waited for/);
});
