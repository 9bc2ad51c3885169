import { crc32 } from "node:zlib";

/** What a file of frames gave. */
export interface FramesRead {
  readonly frames: readonly { readonly at: number; readonly payload: Uint8Array }[];
  /** Places in the middle where bytes are not what was written. */
  readonly damaged: number;
  /** Bytes at the end that are no whole frame: the writer died over them. */
  readonly tornBytes: number;
}

/** Before each payload: these four bytes, its length, its checksum, and the checksum of those twelve bytes. */
const magic = Buffer.from("OcS1", "latin1");
export const headerBytes = 16;

export function frameHeader(payload: Uint8Array): Buffer {
  const header = Buffer.allocUnsafe(headerBytes);
  magic.copy(header);
  header.writeUInt32LE(payload.length, 4);
  header.writeUInt32LE(crc32(payload), 8);
  header.writeUInt32LE(crc32(header.subarray(0, 12)), 12);
  return header;
}

/** Reads what is whole. A damaged payload is passed over by its length; behind a damaged header the next whole one is sought.
 *  Payloads are views into `file`. */
export function readFrames(file: Buffer): FramesRead {
  const frames: { at: number; payload: Uint8Array }[] = [];
  let damaged = 0;
  let lostFrom = -1;
  let at = 0;
  while (at < file.length) {
    const length = lengthAt(file, at);
    if (length < 0) {
      if (lostFrom < 0) lostFrom = at;
      const next = file.indexOf(magic, at + 1);
      at = next < 0 ? file.length : next;
      continue;
    }
    if (lostFrom >= 0) damaged += 1;
    lostFrom = -1;
    const end = at + headerBytes + length;
    // Nothing is looked for in a payload that breaks off: what looks like a frame there may be somebody's data.
    if (end > file.length) return { frames, damaged, tornBytes: file.length - at };
    const payload = file.subarray(at + headerBytes, end);
    if (crc32(payload) === file.readUInt32LE(at + 8)) frames.push({ at, payload });
    else damaged += 1;
    at = end;
  }
  return { frames, damaged, tornBytes: lostFrom < 0 ? 0 : file.length - lostFrom };
}

/** The length of the payload whose header is at `at`, or -1 where there is no header. */
function lengthAt(file: Buffer, at: number): number {
  if (at + headerBytes > file.length || file.compare(magic, 0, 4, at, at + 4) !== 0) return -1;
  const header = file.subarray(at, at + 12);
  return crc32(header) === file.readUInt32LE(at + 12) ? file.readUInt32LE(at + 4) : -1;
}
