import { type ChildProcess, spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { realClock } from "@ocelli/test-kit";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { waitingRun } from "../testing/waiting-run.js";
import { spoolDirectory } from "./spool-directory.js";
import { openSpool } from "./spool-open.js";

// The spool on a real disk.

let directory: string;
let lines: string[];
let counts: Record<string, number>;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "ocelli-spool-"));
  lines = [];
  counts = {};
});
afterEach(() => rm(directory, { recursive: true, force: true }));

function open(overrides: Partial<Parameters<typeof openSpool>[0]> = {}) {
  const line = (fields: object, message: string): void => void lines.push(`${message} ${JSON.stringify(fields)}`);
  return openSpool(
    { directory, agentId: "a", mesh: "m", maxBytes: 64 << 20, ...overrides },
    {
      clock: realClock,
      log: { info: line, warn: line },
      event: ({ type }) => lines.push(type),
      count: (name, by = 1) => {
        counts[name] = (counts[name] ?? 0) + by;
      },
    },
  );
}

type Opened = Awaited<ReturnType<typeof open>>;

async function leftIn({ left }: Opened): Promise<string[]> {
  const runs = await Promise.all(left.segments.map(({ segment }) => left.read(segment)));
  return runs.flat().map(({ run }) => run.register.attempt);
}

async function keepSome(count: number, overrides = {}): Promise<void> {
  const opened = await open(overrides);
  for (let i = 0; i < count; i += 1) opened.spool.keep(waitingRun(i));
  await opened.close();
}

test("what waited is left to the next start, and what is settled then is not left to the one after", async () => {
  await keepSome(3);
  const second = await open();
  expect(await leftIn(second)).toEqual(["attempt 0", "attempt 1", "attempt 2"]);
  const [segment] = second.left.segments;
  const [, middle] = await second.left.read(segment?.segment ?? 0);
  if (middle) second.done(middle.place);
  await second.close();
  const third = await open();
  expect(await leftIn(third)).toEqual(["attempt 0", "attempt 2"]);
  const some = await third.left.read(segment?.segment ?? 0);
  for (const { place } of some) third.done(place);
  await third.close();
  expect((await readdir(join(directory, "a", "m"))).filter((name) => name.endsWith(".spool"))).toEqual([]);
});

test("a second agent on the same directory is refused with the process that has it, and let in once that ended", async () => {
  const first = await open();
  await expect(open()).rejects.toThrow(new RegExp(`in use by another agent .process ${process.pid}.*\\[agent\\] id`));
  const other = await open({ agentId: "b" });
  await other.close();
  await first.close();
  await (await open()).close();
});

test("a path that is too long for a socket is locked all the same", async () => {
  const deep = join(directory, "x".repeat(100), "y".repeat(100));
  const first = await open({ directory: deep });
  await expect(open({ directory: deep })).rejects.toThrow(/in use/);
  await first.close();
  await (await open({ directory: deep })).close();
});

test("results of another mesh stay where they are, are told, and are there when that mesh is back", async () => {
  await keepSome(2, { mesh: "old" });
  const opened = await open();
  expect(opened.left.count).toBe(0);
  expect(lines.join()).toMatch(/results of another mesh.*never published/);
  await opened.close();
  const back = await open({ mesh: "old" });
  expect(await leftIn(back)).toHaveLength(2);
  await back.close();
});

test("a segment of another mesh that somebody copied here is put aside, not published", async () => {
  await keepSome(2, { mesh: "old" });
  await cp(join(directory, "a", "old"), join(directory, "a", "m"), { recursive: true });
  const opened = await open();
  expect(opened.left.count).toBe(0);
  expect(lines.join()).toMatch(/put aside.*another mesh, old/);
  await opened.close();
  expect(await readdir(join(directory, "a", "m"))).toContain("00000001.spool.aside");
});

test("a damaged record is told and counted, and the others are left", async () => {
  await keepSome(3);
  const file = join(directory, "a", "m", "00000001.spool");
  const bytes = await readFile(file);
  bytes[bytes.indexOf("result 1")] = 0;
  await writeFile(file, bytes);
  const opened = await open();
  expect(await leftIn(opened)).toEqual(["attempt 0", "attempt 2"]);
  expect(counts["spool_damaged"]).toBe(1);
  expect(lines.join()).toMatch(/cannot be read and are lost/);
  await opened.close();
});

test("a directory that cannot be is refused by its setting's name", async () => {
  await writeFile(join(directory, "file"), "");
  await expect(open({ directory: join(directory, "file") })).rejects.toThrow(/\[spool\] directory: .*cannot be used/);
});

test("without a directory nothing is kept, and nothing fails", async () => {
  const opened = await open({ directory: undefined });
  expect(opened.spool.keep(waitingRun(1))).toBeUndefined();
  await opened.close();
});

test("a spool on a file system that is full refuses, and the agent hears no error", async () => {
  const opened = await open({ maxBytes: 1 << 20 });
  const big = waitingRun(1, { parts: [Buffer.alloc(300 << 10)] });
  const kept = [1, 2, 3, 4, 5].map(() => opened.spool.keep(big));
  expect(kept.map((one) => one !== undefined)).toEqual([true, true, true, false, false]);
  expect(counts["spool_refused"]).toBe(2);
  expect(lines).toContain("agent.spool_refuses");
  for (const one of kept) one?.done();
  await vi.waitFor(() => expect(lines).toContain("agent.spool_takes"));
  await opened.close();
});

/** Most of a round is the start of a process: a long series is asked for. */
const kills = Number(process.env["OCELLI_TEST_SPOOL_KILLS"] ?? "10");
const withinMs = 60_000 + kills * 6_000;
test("whenever a writer is killed, its spool opens, and has all that was written", { timeout: withinMs }, async () => {
  const script = fileURLToPath(new URL("../../testdata/write-until-killed.mjs", import.meta.url));
  let before = 0;
  for (let round = 0; round < kills; round += 1) {
    const child = spawn(process.execPath, [script, directory, String(before)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const said = await killAfter(child, (round * 307) % 720);
    const opened = await open();
    const attempts = (await leftIn(opened)).map(Number).sort((a, b) => a - b);
    expect(opened.left.damaged, `round ${round}`).toBe(0);
    expect(attempts.length, `round ${round}`).toBeGreaterThanOrEqual(said);
    expect(
      attempts.findIndex((attempt, i) => attempt !== i + 1),
      `round ${round}: a gap`,
    ).toBe(-1);
    before = attempts.length;
    await opened.close();
    if (before > 5_000) {
      await rm(join(directory, "a"), { recursive: true });
      await mkdir(join(directory, "a"));
      before = 0;
    }
  }
});

/** Kills a writer once it said that more than so many records are written. Gives the last that it said was. */
async function killAfter(child: ChildProcess, records: number): Promise<number> {
  let text = "";
  let lines = 0;
  child.stdout?.on("data", (chunk: Buffer) => {
    const more = chunk.toString();
    text += more;
    lines += more.split("\n").length - 1;
    if (lines > records) child.kill("SIGKILL");
  });
  await new Promise((resolve) => child.once("close", resolve));
  return Number(text.slice(0, text.lastIndexOf("\n")).split("\n").at(-1) ?? 0);
}

test.for([
  { why: "the setting wins", setting: "/x", environment: { STATE_DIRECTORY: "/s" }, want: "/x" },
  { why: "off means none", setting: "off", environment: { STATE_DIRECTORY: "/s" }, want: undefined },
  { why: "systemd's state directory", setting: "", environment: { STATE_DIRECTORY: "/s:/t" }, want: "/s/spool" },
  { why: "an installation's", setting: "", environment: {}, installed: tmpdir(), want: join(tmpdir(), "spool") },
  { why: "none where nobody made one", setting: "", environment: {}, installed: "/nowhere/at-all", want: undefined },
])("where the spool is: $why", async ({ setting, environment, installed, want }) => {
  expect(await spoolDirectory(setting, environment, installed)).toBe(want);
});
