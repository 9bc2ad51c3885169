import { createReadStream } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";

/** The end of a file of lines. */
export interface Tail {
  /** The last line that has its line break. */
  readonly lastLine: string | undefined;
  /** How many bytes the whole lines take. What comes after them was torn by a crash. */
  readonly wholeBytes: number;
}

const stepBytes = 65_536;

/** Reads backwards from the end until the last whole line is known. */
export async function readTail(file: FileHandle, sizeBytes: number): Promise<Tail> {
  let kept = Buffer.alloc(0);
  let from = sizeBytes;
  let end = -1;
  while (from > 0) {
    const length = Math.min(stepBytes, from);
    from -= length;
    const step = Buffer.alloc(length);
    const { bytesRead } = await file.read(step, 0, length, from);
    if (bytesRead < length) throw new Error("the file became shorter while it was read");
    kept = Buffer.concat([step, kept]);
    if (end === -1) {
      const found = kept.lastIndexOf(10);
      if (found === -1) continue;
      end = found;
    } else end += length;
    const start = end === 0 ? -1 : kept.lastIndexOf(10, end - 1);
    if (start !== -1 || from === 0) {
      return { lastLine: kept.toString("utf8", start + 1, end), wholeBytes: from + end + 1 };
    }
  }
  return { lastLine: undefined, wholeBytes: 0 };
}

/** The last line of a compressed file, which never ends in the middle of one. */
export async function lastLineOfGzip(path: string): Promise<string | undefined> {
  let last: string | undefined;
  for await (const line of createInterface({ input: createReadStream(path).pipe(createGunzip()) })) last = line;
  return last;
}
