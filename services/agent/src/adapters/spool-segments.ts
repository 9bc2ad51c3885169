import { type FileHandle, mkdir, open, readdir, readFile, rename, stat, unlink } from "node:fs/promises";
import { join } from "node:path";

const ending = ".spool";
const asideEnding = ".aside";

/** A segment that is written. */
export type SegmentFile = Pick<FileHandle, "writev" | "datasync" | "truncate" | "close">;

/** The files of a spool: numbered segments in one directory. */
export class SegmentFiles {
  readonly directory: string;

  private constructor(directory: string) {
    this.directory = directory;
  }

  static async open(directory: string): Promise<SegmentFiles> {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    return new SegmentFiles(directory);
  }

  /** The numbers of the segments that are there, oldest first. */
  async list(): Promise<number[]> {
    const names = await readdir(this.directory);
    const numbers = names.map((name) => (name.endsWith(ending) ? Number(name.slice(0, -ending.length)) : Number.NaN));
    return numbers.filter((number) => Number.isSafeInteger(number) && number > 0).sort((a, b) => a - b);
  }

  async read(segment: number): Promise<Buffer> {
    return await readFile(this.#path(segment));
  }

  /** A new segment, which outlasts a power cut as far as it is synced. */
  async create(segment: number): Promise<SegmentFile> {
    const file = await open(this.#path(segment), "wx", 0o600);
    const directory = await open(this.directory, "r");
    await directory.sync().finally(() => directory.close());
    return file;
  }

  async remove(segment: number): Promise<void> {
    await unlink(this.#path(segment));
  }

  /** Keeps a segment, but not as one that is read. */
  async putAside(segment: number): Promise<string> {
    const aside = `${this.#path(segment)}${asideEnding}`;
    await rename(this.#path(segment), aside);
    return aside;
  }

  #path(segment: number): string {
    return join(this.directory, `${String(segment).padStart(8, "0")}${ending}`);
  }
}

/** The bytes of the segments below a directory, by its folders. */
export async function segmentBytes(directory: string): Promise<Map<string, number>> {
  const bytes = new Map<string, number>();
  for (const folder of await readdir(directory, { withFileTypes: true })) {
    if (!folder.isDirectory()) continue;
    let sum = 0;
    for (const name of await readdir(join(directory, folder.name))) {
      if (name.endsWith(ending) || name.endsWith(asideEnding))
        sum += (await stat(join(directory, folder.name, name))).size;
    }
    bytes.set(folder.name, sum);
  }
  return bytes;
}
