import { type Clock, messageOf } from "@ocelli/model";
import type { KeptRun, Spool, WaitingRun } from "../domain/spool.js";
import type { SpoolLedger } from "../domain/spool-ledger.js";
import { frameHeader, headerBytes } from "./spool-frames.js";
import { encodeDone, encodeRun, type Place } from "./spool-record.js";
import type { SegmentFile } from "./spool-segments.js";

export interface SpoolDiskDeps {
  readonly mesh: string;
  readonly files: { create(segment: number): Promise<SegmentFile>; remove(segment: number): Promise<void> };
  readonly ledger: SpoolLedger;
  readonly clock: Pick<Clock, "monotonicMs">;
  /** A record that came to the disk, or did not: memory alone has it then. */
  readonly onRecord: (what: "kept" | "refused") => void;
  /** Told once when records begin to be refused, and once when they are taken again. */
  readonly onTrouble: (reason: string | undefined) => void;
}

interface Kept extends KeptRun {
  /** Let go of once it is written. */
  payload: Uint8Array;
  /** With its header. */
  readonly bytes: number;
  place: Place | undefined;
  isDone: boolean;
}

/** After an error of the disk nothing is tried for so long. */
const restMs = 5_000;
/** A batch is written in one piece; what is above waits for the next. */
const batchBytes = 4 << 20;
const nothing = new Uint8Array();
const fullReason = "the spool is full ([spool] max_mib)";

/** Copies waiting runs to disk in batches: while one is written and synced, the next gathers. A record is safe from the end of
 *  its process as soon as it is written, and from a power cut once its batch is synced. */
export class SpoolDisk implements Spool {
  readonly #deps: SpoolDiskDeps;
  #queue: Kept[] = [];
  #marks: Place[] = [];
  #current: { readonly segment: number; readonly file: SegmentFile; end: number } | undefined;
  #writing: Promise<void> | undefined;
  #restUntilMs = Number.NEGATIVE_INFINITY;
  #trouble: string | undefined;
  #closed = false;

  constructor(deps: SpoolDiskDeps) {
    this.#deps = deps;
  }

  keep(run: WaitingRun): KeptRun | undefined {
    const { mesh, ledger, onRecord } = this.#deps;
    if (this.#closed) return undefined;
    const payload = encodeRun(mesh, run);
    const bytes = headerBytes + payload.length;
    const rests = this.#rests();
    if (rests || !ledger.reserve(bytes)) {
      if (!rests) this.#tell(fullReason);
      onRecord("refused");
      return undefined;
    }
    const kept: Kept = { payload, bytes, place: undefined, isDone: false, done: () => this.#done(kept) };
    this.#queue.push(kept);
    this.#kick();
    return kept;
  }

  /** A record that an earlier process left needs nothing any more. */
  doneAt(place: Place): void {
    this.#deps.ledger.done(place.segment);
    this.#marks.push(place);
    this.#kick();
  }

  /** Writes what is under way, and closes. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#writing;
    await this.#current?.file.close().catch(() => undefined);
    this.#current = undefined;
  }

  #rests(): boolean {
    return this.#deps.clock.monotonicMs() < this.#restUntilMs;
  }

  #done(kept: Kept): void {
    if (kept.isDone) return;
    kept.isDone = true;
    if (kept.place) this.doneAt(kept.place);
  }

  #kick(): void {
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined;
      if (this.#queue.length + this.#marks.length > 0) this.#kick();
    });
  }

  /** Works off what has gathered. Never throws. */
  async #write(): Promise<void> {
    await Promise.resolve(); // what is done or kept in the same turn belongs to one batch
    while (this.#queue.length + this.#marks.length > 0) {
      const batch = this.#nextBatch();
      const marks = this.#marks;
      this.#marks = [];
      const { ledger } = this.#deps;
      // Marks are for records that stay on disk: without any, the segments go, and the marks with them.
      const marksMatter = ledger.live > 0 && !this.#rests();
      try {
        if (batch.length > 0 || marksMatter) await this.#append(batch, marks);
      } catch (error) {
        await this.#failed(batch, error);
      }
      await this.#removeDisposable();
    }
  }

  #nextBatch(): Kept[] {
    const batch: Kept[] = [];
    let bytes = 0;
    let taken = 0;
    for (const kept of this.#queue) {
      if (bytes > batchBytes) break;
      taken += 1;
      if (kept.isDone) this.#deps.ledger.release(kept.bytes);
      else {
        batch.push(kept);
        bytes += kept.bytes;
      }
    }
    this.#queue = this.#queue.slice(taken);
    return batch;
  }

  async #append(batch: readonly Kept[], marks: readonly Place[]): Promise<void> {
    const { ledger, onRecord } = this.#deps;
    const current = await this.#segment();
    const payloads = [...marks.map(encodeDone), ...batch.map(({ payload }) => payload)];
    const reserved = batch.reduce((sum, kept) => sum + kept.bytes, 0);
    const bytes = payloads.reduce((sum, payload) => sum + headerBytes + payload.length, 0);
    const pieces = payloads.flatMap((payload) => [frameHeader(payload), payload]);
    const { bytesWritten } = await current.file.writev(pieces, current.end);
    if (bytesWritten < bytes) throw new Error(`the disk took ${bytesWritten} of ${bytes} bytes; it may be full`);
    // A mark that is lost costs a look-up at the next start, a record a result.
    if (batch.length > 0) await current.file.datasync();
    let at = current.end + bytes - reserved;
    current.end += bytes;
    ledger.wrote(current.segment, bytes, reserved, batch.length);
    for (const kept of batch) {
      kept.place = { segment: current.segment, at };
      at += kept.bytes;
      kept.payload = nothing;
      onRecord("kept");
      if (kept.isDone) this.doneAt(kept.place);
    }
    if (batch.length > 0 && this.#trouble !== fullReason) this.#tell(undefined);
  }

  /** The segment to write into. */
  async #segment() {
    const { ledger, files } = this.#deps;
    if (this.#current && ledger.isLong(this.#current.segment)) await this.#leaveSegment();
    if (this.#current) return this.#current;
    const segment = ledger.begin();
    const file = await files.create(segment);
    this.#current = { segment, file, end: 0 };
    return this.#current;
  }

  async #leaveSegment(): Promise<void> {
    const { file } = this.#current ?? {};
    this.#current = undefined;
    await file?.close().catch(() => undefined);
  }

  /** The disk did not take a batch. What of it came there is cut off, and a new segment is begun after a rest. */
  async #failed(batch: readonly Kept[], error: unknown): Promise<void> {
    const { ledger, clock, onRecord } = this.#deps;
    await this.#current?.file.truncate(this.#current.end).catch(() => undefined);
    await this.#leaveSegment();
    const refused = [...batch, ...this.#queue];
    this.#queue = [];
    for (const kept of refused) {
      ledger.release(kept.bytes);
      kept.payload = nothing;
      onRecord("refused");
    }
    this.#restUntilMs = clock.monotonicMs() + restMs;
    this.#tell(messageOf(error));
  }

  async #removeDisposable(): Promise<void> {
    const { ledger, files } = this.#deps;
    for (const segment of ledger.takeDisposable()) {
      if (segment === this.#current?.segment) await this.#leaveSegment();
      // What cannot be removed is read again at the next start, and looked up.
      await files.remove(segment).catch(() => undefined);
    }
    if (this.#trouble === fullReason && ledger.roomy) this.#tell(undefined);
  }

  #tell(reason: string | undefined): void {
    const before = this.#trouble;
    this.#trouble = reason;
    if ((before === undefined) !== (reason === undefined)) this.#deps.onTrouble(reason);
  }
}
