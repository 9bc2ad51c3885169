import { ManualClock } from "@ocelli/test-kit";
import { beforeEach, expect, test, vi } from "vitest";
import { SpoolLedger } from "../domain/spool-ledger.js";
import { waitingRun } from "../testing/waiting-run.js";
import { SpoolDisk } from "./spool-disk.js";
import { readFrames } from "./spool-frames.js";
import { decodeRecord } from "./spool-record.js";

// A disk in memory that can fail, and that can be made to wait.

let files: Map<number, Buffer>;
let fault: Error | undefined;
let syncs: number;
let told: (string | undefined)[];
let counts: { kept: number; refused: number };
let clock: ManualClock;
beforeEach(() => {
  files = new Map();
  fault = undefined;
  syncs = 0;
  told = [];
  counts = { kept: 0, refused: 0 };
  clock = new ManualClock();
});

function spool(maxBytes = 1e6, segmentBytes = 1e5): SpoolDisk {
  const create = async (segment: number) => {
    if (fault) throw fault;
    files.set(segment, Buffer.alloc(0));
    const bytes = (): Buffer => files.get(segment) ?? Buffer.alloc(0);
    return {
      writev: async (pieces: readonly NodeJS.ArrayBufferView[]) => {
        if (fault) throw fault;
        const more = Buffer.concat(pieces as Uint8Array[]);
        files.set(segment, Buffer.concat([bytes(), more]));
        return { bytesWritten: more.length, buffers: [] as never };
      },
      datasync: async () => {
        syncs += 1;
      },
      truncate: async (length = 0) => void files.set(segment, bytes().subarray(0, length)),
      close: async () => {},
    };
  };
  return new SpoolDisk({
    mesh: "mesh",
    files: { create, remove: async (segment) => void files.delete(segment) },
    ledger: new SpoolLedger(maxBytes, segmentBytes),
    clock,
    onRecord: (what) => {
      counts[what] += 1;
    },
    onTrouble: (reason) => told.push(reason),
  });
}

const written = (): string[] =>
  [...files.values()].flatMap((file) =>
    readFrames(file).frames.map(({ payload }) => {
      const record = decodeRecord(payload);
      return record.kind === "done" ? `done ${record.place.segment}:${record.place.at}` : record.run.register.attempt;
    }),
  );

test("runs that begin to wait together are written and synced together", async () => {
  const disk = spool();
  for (let i = 0; i < 100; i += 1) disk.keep(waitingRun(i));
  await disk.close();
  expect(written()).toHaveLength(100);
  expect(counts).toEqual({ kept: 100, refused: 0 });
  expect(syncs).toBe(1);
});

test("a run that is settled before its turn is never written", async () => {
  const disk = spool();
  disk.keep(waitingRun(1))?.done();
  await disk.close();
  expect([...files.keys()]).toEqual([]);
});

test("a run that is settled is marked, so that the next start leaves it alone", async () => {
  const disk = spool();
  disk.keep(waitingRun(1));
  const second = disk.keep(waitingRun(2));
  await vi.waitFor(() => expect(counts.kept).toBe(2));
  second?.done();
  second?.done();
  await disk.close();
  expect(written()).toEqual(["attempt 1", "attempt 2", expect.stringMatching(/^done 1:\d+$/)]);
});

test("a run that is settled while it is written is marked too", async () => {
  const disk = spool();
  disk.keep(waitingRun(1));
  const second = disk.keep(waitingRun(2));
  await Promise.resolve();
  await Promise.resolve();
  second?.done();
  await disk.close();
  expect(written().at(-1)).toMatch(/^done/);
});

test("once nothing waits no file is left", async () => {
  const disk = spool(1e6, 300);
  const kept = [];
  for (let i = 0; i < 20; i += 1) {
    kept.push(disk.keep(waitingRun(i)));
    await vi.waitFor(() => expect(counts.kept).toBe(i + 1));
  }
  expect(files.size).toBeGreaterThan(3);
  for (const one of kept) one?.done();
  await vi.waitFor(() => expect(files.size).toBe(0));
  await disk.close();
});

test("a full spool refuses the newest, says so once, and once more when there is room again", async () => {
  const disk = spool(1_000);
  const kept = Array.from({ length: 30 }, (_, i) => disk.keep(waitingRun(i)));
  const taken = kept.filter((one) => one !== undefined);
  expect(counts.refused).toBe(30 - taken.length);
  expect(taken.length).toBeGreaterThan(3);
  expect(kept.indexOf(undefined)).toBe(taken.length);
  await vi.waitFor(() => expect(counts.kept).toBe(taken.length));
  expect(told).toEqual([expect.stringContaining("max_mib")]);
  for (const one of taken) one.done();
  await vi.waitFor(() => expect(told).toHaveLength(2));
  expect(told[1]).toBeUndefined();
  expect(disk.keep(waitingRun(99))).toBeDefined();
  await disk.close();
});

test("a disk that fails costs copies and nothing else, is left in peace for a while, and is used again", async () => {
  const disk = spool();
  disk.keep(waitingRun(1));
  await vi.waitFor(() => expect(counts.kept).toBe(1));
  fault = new Error("ENOSPC: no space left on device");
  disk.keep(waitingRun(2));
  await vi.waitFor(() => expect(counts.refused).toBe(1));
  expect(disk.keep(waitingRun(3))).toBeUndefined();
  expect(told).toEqual([expect.stringContaining("ENOSPC")]);
  fault = undefined;
  await clock.advance(5_000);
  disk.keep(waitingRun(4));
  await disk.close();
  expect(written()).toEqual(["attempt 1", "attempt 4"]);
  expect(told).toEqual([expect.stringContaining("ENOSPC"), undefined]);
  expect(counts).toEqual({ kept: 2, refused: 2 });
});
