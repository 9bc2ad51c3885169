import { createReadStream, createWriteStream } from "node:fs";
import { access, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";

/** Moves `path` to `path.1`, what was there to `path.2`, and so on; drops what comes after `keep`. May be cut at any
 *  point: whatever was moved stays readable, and the next call fills a gap before it drops anything. */
export async function rotate(path: string, keep: number): Promise<void> {
  let free = 1;
  while (free <= keep && (await rotated(path, free)) !== undefined) free += 1;
  if (free > keep) {
    const oldest = await rotated(path, keep);
    if (oldest !== undefined) await rm(oldest);
    free = keep;
  }
  for (let number = free - 1; number >= 1; number -= 1) {
    const file = await rotated(path, number);
    if (file !== undefined) await rename(file, `${path}.${number + 1}${file.endsWith(".gz") ? ".gz" : ""}`);
  }
  await rename(path, `${path}.1`);
  await syncFolder(path);
}

/** The rotated file of that number, compressed or not. While both are there the plain one is the whole one. */
export async function rotated(path: string, number: number): Promise<string | undefined> {
  for (const file of [`${path}.${number}`, `${path}.${number}.gz`]) if (await exists(file)) return file;
  return undefined;
}

/** Removes what a crash in the middle of compressing left: the plain file is the whole one. */
export async function tidyNewest(path: string): Promise<void> {
  if (!(await exists(`${path}.1`))) return;
  for (const ending of [".1.gz", ".1.gz.tmp"]) await rm(`${path}${ending}`, { force: true });
}

/** Compresses the newest rotated file. Cut in the middle, it leaves the plain file and is done over. */
export async function compressNewest(path: string): Promise<void> {
  const plain = `${path}.1`;
  if (!(await exists(plain))) return;
  const unfinished = `${plain}.gz.tmp`;
  try {
    await pipeline(createReadStream(plain), createGzip(), createWriteStream(unfinished));
    await syncFile(unfinished);
    await rename(unfinished, `${plain}.gz`);
    await rm(plain);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

/** Makes names that were given or taken last through a power cut. Not every system can sync a folder. */
export async function syncFolder(path: string): Promise<void> {
  await syncFile(dirname(path)).catch(() => undefined);
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, "r");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return false;
      throw error;
    },
  );
}
