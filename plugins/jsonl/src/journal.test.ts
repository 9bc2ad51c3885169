import { appendFile, mkdir, mkdtemp, readdir, readFile, rename, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { SinkRecord } from "@ocelli/plugin-sdk";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Journal, type JournalOptions } from "./journal.js";

let folder: string;
let path: string;
const open: Journal[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "ocelli-jsonl-"));
  path = join(folder, "out", "results.jsonl");
});
afterEach(async () => {
  for (const journal of open.splice(0)) await journal.close();
  await rm(folder, { recursive: true });
});

async function openJournal(change: Partial<JournalOptions> = {}): Promise<Journal> {
  const journal = await Journal.open({
    path,
    maxBytes: 1_000_000,
    keep: 5,
    gzip: false,
    lockWaitMs: 0,
    onCompressError: (error) => {
      throw error;
    },
    ...change,
  });
  open.push(journal);
  return journal;
}

async function closeAll(): Promise<void> {
  for (const journal of open.splice(0)) await journal.close();
}

function record(position: number, mesh = "m"): SinkRecord {
  return {
    mesh,
    position,
    result: {
      kind: "polling",
      plugin: "p",
      resource: undefined,
      fence: position,
      part: 0,
      last: true,
      agentId: "a",
      slotAtMs: 0,
      startedAtMs: 0,
      finishedAtMs: 0,
      frequencyMs: 1000,
      pluginRevision: "r",
      status: "success",
      fault: undefined,
      groups: [],
      sets: [],
      discovery: undefined,
      onDemand: false,
    },
  };
}

const lineBytes = 330;

async function positions(file = path): Promise<number[]> {
  const bytes = await readFile(file);
  const text = (file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString();
  expect(text === "" || text.endsWith("\n")).toBe(true);
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => (JSON.parse(line) as { position: number }).position);
}

test("records that come again after a restart are stored once", async () => {
  const first = await openJournal();
  expect(await first.append([record(1), record(4)])).toBe(2);
  expect(await first.append([record(4), record(5)])).toBe(1);
  await closeAll();
  const second = await openJournal();
  expect(await second.append([record(4), record(5), record(9)])).toBe(1);
  expect(await positions()).toEqual([1, 4, 5, 9]);
});

test("a line torn at any byte is cut off and its record stored again", async () => {
  const journal = await openJournal();
  await journal.append([record(1), record(2)]);
  await closeAll();
  const whole = await readFile(path);
  const firstLine = whole.indexOf(10) + 1;
  for (const cut of [firstLine, firstLine + 1, firstLine + 30, whole.length - 2, whole.length - 1]) {
    await writeFile(path, whole.subarray(0, cut));
    const again = await openJournal();
    await again.append([record(1), record(2), record(3)]);
    await closeAll();
    expect(await positions(), `cut at byte ${cut}`).toEqual([1, 2, 3]);
  }
});

test("zeros that a power cut left at the end are a torn line", async () => {
  await (await openJournal()).append([record(1)]);
  await closeAll();
  await appendFile(path, Buffer.alloc(200_000));
  await (await openJournal()).append([record(1), record(2)]);
  expect(await positions()).toEqual([1, 2]);
});

test("positions of another mesh are another count", async () => {
  const journal = await openJournal();
  await journal.append([record(100, "old")]);
  await journal.append([record(1, "new"), record(2, "new")]);
  expect(await positions()).toEqual([100, 1, 2]);
});

test("rotation keeps every file under the limit and as many as are wanted", async () => {
  const journal = await openJournal({ maxBytes: lineBytes * 2 + 100, keep: 3 });
  await journal.append(Array.from({ length: 11 }, (_, index) => record(index + 1)));
  expect((await readdir(join(folder, "out"))).sort()).toEqual([
    "results.jsonl",
    "results.jsonl.1",
    "results.jsonl.2",
    "results.jsonl.3",
  ]);
  expect(await positions()).toEqual([11]);
  expect(await positions(`${path}.1`)).toEqual([9, 10]);
  expect(await positions(`${path}.3`)).toEqual([5, 6]);
});

test("a crash right after a rotation does not forget how far the file came", async () => {
  await (await openJournal()).append([record(1), record(2)]);
  await closeAll();
  await rename(path, `${path}.1`);
  const journal = await openJournal();
  expect(await journal.append([record(2), record(3)])).toBe(1);
  expect(await positions()).toEqual([3]);
});

test("a gap that a cut rotation left is filled before anything is dropped", async () => {
  await (await openJournal()).append([record(4)]);
  await closeAll();
  await writeFile(`${path}.1`, "one\n");
  await writeFile(`${path}.3`, "three\n");
  await (await openJournal({ maxBytes: 1, keep: 3 })).append([record(5)]);
  expect(await readFile(`${path}.2`, "utf8")).toBe("one\n");
  expect(await readFile(`${path}.3`, "utf8")).toBe("three\n");
  expect(await positions(`${path}.1`)).toEqual([4]);
});

test("rotated files are compressed, also one that a crash left, and still say how far they came", async () => {
  const journal = await openJournal({ maxBytes: lineBytes * 2 + 100, gzip: true });
  await journal.append([1, 2, 3, 4, 5].map((position) => record(position)));
  await closeAll();
  expect((await readdir(join(folder, "out"))).sort()).toEqual([
    "results.jsonl",
    "results.jsonl.1.gz",
    "results.jsonl.2.gz",
  ]);
  expect(await positions(`${path}.1.gz`)).toEqual([3, 4]);

  await rename(path, `${path}.1`);
  await writeFile(`${path}.1.gz.tmp`, "half");
  await openJournal({ gzip: true });
  await closeAll();
  expect((await readdir(join(folder, "out"))).sort()).toEqual([
    "results.jsonl",
    "results.jsonl.1.gz",
    "results.jsonl.2.gz",
  ]);
  expect(await positions(`${path}.1.gz`)).toEqual([5]);
  const again = await openJournal({ gzip: true });
  expect(await again.append([record(5), record(6)])).toBe(1);
});

test("a file that was moved away by hand is begun anew, without what it held", async () => {
  const journal = await openJournal();
  await journal.append([record(1)]);
  await rename(path, `${path}.by-hand`);
  await journal.append([record(1), record(2)]);
  expect(await positions()).toEqual([2]);
});

test("a file that was emptied in place goes on", async () => {
  const journal = await openJournal();
  await journal.append([record(1), record(2)]);
  await truncate(path, 0);
  await journal.append([record(2), record(3)]);
  expect(await positions()).toEqual([3]);
});

test("somebody else's file is left alone", async () => {
  await openJournal();
  await closeAll();
  await writeFile(path, "root:x:0:0\n");
  await expect(openJournal()).rejects.toThrow("none of this sink's");
  expect(await readFile(path, "utf8")).toBe("root:x:0:0\n");
});

test("a second writer of the same file is refused, and may have it once the first is gone", async () => {
  await openJournal();
  await expect(openJournal()).rejects.toThrow("is being written by somebody else");
  const waiting = openJournal({ lockWaitMs: 10_000 });
  await open.shift()?.close();
  await expect(waiting).resolves.toBeInstanceOf(Journal);
});

test("after a failure nothing is stored before what failed: its absence would never be noticed", async () => {
  const journal = await openJournal({ maxBytes: 1, keep: 1 });
  await journal.append([record(1)]);
  await mkdir(`${path}.1`); // The rotated file cannot be replaced.
  await expect(journal.append([record(2), record(3)])).rejects.toThrow("EISDIR");
  await expect(journal.append([record(4)])).rejects.toThrow("from position 2 on could not be stored");
  await rm(`${path}.1`, { recursive: true });
  await expect(journal.append([record(4)])).rejects.toThrow("from position 2 on could not be stored");
  expect(await journal.append([record(2)])).toBe(1);
  expect(await journal.append([record(4)])).toBe(1);
  expect([...(await positions(`${path}.1`)), ...(await positions())]).toEqual([2, 4]);
});

test("calls at the same time are stored one after the other", async () => {
  const journal = await openJournal();
  await Promise.all([journal.append([record(1)]), journal.append([record(2)]), journal.append([record(2), record(3)])]);
  expect(await positions()).toEqual([1, 2, 3]);
});

test("a last line longer than one read is found", async () => {
  await (await openJournal()).append([record(1), record(2, "x".repeat(200_000))]);
  await closeAll();
  const journal = await openJournal();
  expect(await journal.append([record(2, "x".repeat(200_000)), record(3, "x".repeat(200_000))])).toBe(1);
});
