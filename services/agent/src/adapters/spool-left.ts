import { messageOf } from "@ocelli/model";
import type { WaitingRun } from "../domain/spool.js";
import { readFrames } from "./spool-frames.js";
import { decodeRecord, type Place, type SpoolRecord } from "./spool-record.js";
import type { SegmentFiles } from "./spool-segments.js";

export interface LeftRun {
  readonly place: Place;
  readonly run: WaitingRun;
}

/** What earlier processes left in a spool. */
export interface LeftRuns {
  readonly count: number;
  /** Records that cannot be read, in the middle of what can. */
  readonly damaged: number;
  /** Bytes at the ends of segments that are no whole record: a writer died over them. */
  readonly tornBytes: number;
  readonly segments: readonly { readonly segment: number; readonly bytes: number; readonly live: number }[];
  /** Segments that were put aside, with the reason. */
  readonly aside: readonly { readonly file: string; readonly reason: string }[];
  /** The records of a segment that are not done. */
  read(segment: number): Promise<LeftRun[]>;
}

interface Scan {
  readonly bytes: number;
  readonly damaged: number;
  readonly tornBytes: number;
  readonly records: readonly { readonly at: number; readonly record: SpoolRecord }[];
}

/** Looks all segments through. Of the records only the places are kept in memory. A segment that cannot be read, or whose records
 *  are of another mesh, is put aside: what it holds is neither published nor removed. */
export async function lookAtLeft(files: SegmentFiles, mesh: string): Promise<LeftRuns> {
  const live = new Map<number, Set<number>>();
  const segments: { segment: number; bytes: number }[] = [];
  const aside: { file: string; reason: string }[] = [];
  const done: Place[] = [];
  let damaged = 0;
  let tornBytes = 0;
  for (const segment of await files.list()) {
    const seen = await files.read(segment).then(scan, (error: unknown) => messageOf(error));
    const foreign = typeof seen === "string" ? undefined : foreignMesh(seen, mesh);
    if (typeof seen === "string" || foreign !== undefined) {
      const reason = typeof seen === "string" ? seen : `its results are of another mesh, ${foreign}`;
      aside.push({ file: await files.putAside(segment), reason });
      continue;
    }
    damaged += seen.damaged;
    tornBytes += seen.tornBytes;
    segments.push({ segment, bytes: seen.bytes });
    live.set(segment, new Set(seen.records.flatMap(({ at, record }) => (record.kind === "run" ? [at] : []))));
    for (const { record } of seen.records) if (record.kind === "done") done.push(record.place);
  }
  for (const { segment, at } of done) live.get(segment)?.delete(at);
  const liveIn = (segment: number): number => live.get(segment)?.size ?? 0;
  return {
    count: segments.reduce((sum, { segment }) => sum + liveIn(segment), 0),
    damaged,
    tornBytes,
    segments: segments.map((one) => ({ ...one, live: liveIn(one.segment) })),
    aside,
    async read(segment) {
      const { records } = scan(await files.read(segment));
      return records.flatMap(({ at, record }) =>
        record.kind === "run" && live.get(segment)?.has(at) ? [{ place: { segment, at }, run: record.run }] : [],
      );
    },
  };
}

function scan(file: Buffer): Scan {
  const { frames, damaged, tornBytes } = readFrames(file);
  const records: { at: number; record: SpoolRecord }[] = [];
  let unreadable = 0;
  for (const { at, payload } of frames) {
    try {
      records.push({ at, record: decodeRecord(payload) });
    } catch {
      unreadable += 1;
    }
  }
  return { bytes: file.length, damaged: damaged + unreadable, tornBytes, records };
}

function foreignMesh({ records }: Scan, mesh: string): string | undefined {
  for (const { record } of records) if (record.kind === "run" && record.mesh !== mesh) return record.mesh;
  return undefined;
}
