interface Segment {
  bytes: number;
  /** Records that are not done. */
  live: number;
}

/** The share of the limit below which a spool that was full counts as roomy again. */
const roomyShare = 0.75;

/** Knows what lies in a spool of numbered segments: decides what still fits, when a segment is long enough, and which nobody
 *  needs any more. Marks of what is done lie in the segment of their record or in a later one; so segments go oldest first. */
export class SpoolLedger {
  readonly #maxBytes: number;
  readonly #segmentBytes: number;
  readonly #segments = new Map<number, Segment>();
  #bytes: number;
  #newest = 0;
  #live = 0;

  /** `otherBytes` count towards the limit and are not ours to remove. */
  constructor(maxBytes: number, segmentBytes: number, otherBytes = 0) {
    this.#maxBytes = maxBytes;
    this.#segmentBytes = segmentBytes;
    this.#bytes = otherBytes;
  }

  /** Records that are on disk and not done. */
  get live(): number {
    return this.#live;
  }

  /** Bytes on disk and on their way there. */
  get bytes(): number {
    return this.#bytes;
  }

  get roomy(): boolean {
    return this.#bytes <= this.#maxBytes * roomyShare;
  }

  /** A segment that an earlier process left. In the order of their numbers. */
  adopt(segment: number, bytes: number, live: number): void {
    this.#segments.set(segment, { bytes, live });
    this.#newest = Math.max(this.#newest, segment);
    this.#bytes += bytes;
    this.#live += live;
  }

  /** Takes room for a record; false where it does not fit. */
  reserve(bytes: number): boolean {
    if (this.#bytes + bytes > this.#maxBytes) return false;
    this.#bytes += bytes;
    return true;
  }

  /** Gives back the room of a record that was not written. */
  release(bytes: number): void {
    this.#bytes -= bytes;
  }

  /** The number of a new segment. */
  begin(): number {
    this.#newest += 1;
    this.#segments.set(this.#newest, { bytes: 0, live: 0 });
    return this.#newest;
  }

  /** `bytes`, of which `reserved` had their room, were written into a segment. */
  wrote(segment: number, bytes: number, reserved: number, records: number): void {
    const one = this.#segments.get(segment);
    if (!one) return;
    one.bytes += bytes;
    one.live += records;
    this.#live += records;
    this.#bytes += bytes - reserved;
  }

  done(segment: number): void {
    const one = this.#segments.get(segment);
    if (!one) return;
    one.live -= 1;
    this.#live -= 1;
  }

  isLong(segment: number): boolean {
    return (this.#segments.get(segment)?.bytes ?? 0) >= this.#segmentBytes;
  }

  /** Takes out the oldest segments up to the first with a record that is not done. */
  takeDisposable(): number[] {
    const disposable: number[] = [];
    for (const [number, { bytes, live }] of this.#segments) {
      if (live > 0) break;
      this.#segments.delete(number);
      this.#bytes -= bytes;
      disposable.push(number);
    }
    return disposable;
  }
}
