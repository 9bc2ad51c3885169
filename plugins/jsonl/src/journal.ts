import { type FileHandle, mkdir, open, stat } from "node:fs/promises";
import { dirname } from "node:path";
import type { SinkRecord } from "@ocelli/plugin-sdk";
import { lineOf, placeOfLine } from "./line.js";
import { lockPath, type PathLock } from "./path-lock.js";
import { compressNewest, rotate, rotated, syncFolder, tidyNewest } from "./rotate.js";
import { lastLineOfGzip, readTail } from "./tail.js";

export interface JournalOptions {
  readonly path: string;
  readonly maxBytes: number;
  readonly keep: number;
  readonly gzip: boolean;
  /** How long another process may take to let go of the file, in ms. */
  readonly lockWaitMs: number;
  /** A rotated file could not be compressed and stays as it is. */
  readonly onCompressError: (error: unknown) => void;
}

/** A file of lines that holds each record once, whatever crashes: the last whole line says how far it came. */
export class Journal {
  readonly #options: JournalOptions;
  readonly #lock: PathLock;
  /** The newest position in the file, by mesh. */
  readonly #last = new Map<string, number>();
  #file: FileHandle | undefined;
  #compressing: Promise<void> = Promise.resolve();
  #turn: Promise<unknown> = Promise.resolve();
  /** Where a batch begins that could not be stored. Later ones wait for it: they would hide that it is missing. */
  #owed: { readonly mesh: string; readonly position: number } | undefined;

  private constructor(options: JournalOptions, lock: PathLock) {
    this.#options = options;
    this.#lock = lock;
  }

  /** Takes the file over: cuts a torn last line off and reads how far it came.
   *  Throws where another process holds it or where it is none of ours. */
  static async open(options: JournalOptions, signal?: AbortSignal): Promise<Journal> {
    await mkdir(dirname(options.path), { recursive: true });
    const lock = await lockPath(options.path, options.lockWaitMs, signal);
    if (!lock) throw new Error(`${options.path} is being written by somebody else; give each plugin a path of its own`);
    const journal = new Journal(options, lock);
    try {
      await tidyNewest(options.path);
      await journal.#reopen();
      if (options.gzip) journal.#compress();
      return journal;
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  /** Stores what is not in the file yet and returns how many records that were. When it returns, they are on the disk. */
  append(records: readonly SinkRecord[]): Promise<number> {
    const done = this.#turn.then(() => this.#append(records));
    this.#turn = done.catch(() => undefined);
    return done;
  }

  async close(): Promise<void> {
    await this.#turn;
    await this.#compressing;
    await this.#file?.close();
    this.#file = undefined;
    await this.#lock.release();
  }

  async #append(records: readonly SinkRecord[]): Promise<number> {
    const file = await this.#current();
    this.#refuseBeforeOwed(records);
    const reached = new Map(this.#last);
    const fresh = records.filter(({ mesh, position }) => {
      const isFresh = position > (reached.get(mesh) ?? -1);
      if (isFresh) reached.set(mesh, position);
      return isFresh;
    });
    const [first] = fresh;
    if (!first) return 0;
    try {
      await this.#write(file, fresh);
    } catch (error) {
      this.#owed ??= { mesh: first.mesh, position: first.position };
      await this.#file?.close().catch(() => undefined);
      this.#file = undefined;
      throw error;
    }
    this.#owed = undefined;
    return fresh.length;
  }

  async #write(first: FileHandle, records: readonly SinkRecord[]): Promise<void> {
    let file = first;
    let storedBytes = (await file.stat()).size;
    let sizeBytes = storedBytes;
    let lines: Buffer[] = [];
    const flush = async (): Promise<void> => {
      await appendSynced(file, Buffer.concat(lines), storedBytes);
      storedBytes = sizeBytes;
      lines = [];
    };
    for (const record of records) {
      const line = Buffer.from(`${lineOf(record)}\n`);
      if (sizeBytes > 0 && sizeBytes + line.length > this.#options.maxBytes) {
        await flush();
        file = await this.#rotate(file);
        storedBytes = 0;
        sizeBytes = 0;
      }
      lines.push(line);
      sizeBytes += line.length;
    }
    await flush();
    for (const { mesh, position } of records) this.#last.set(mesh, position);
  }

  async #rotate(file: FileHandle): Promise<FileHandle> {
    await this.#compressing;
    this.#file = undefined;
    await file.close();
    await rotate(this.#options.path, this.#options.keep);
    const next = await open(this.#options.path, "a", 0o640);
    this.#file = next;
    await syncFolder(this.#options.path);
    if (this.#options.gzip) this.#compress();
    return next;
  }

  /** The open file, or the one now under its name: somebody may have moved or removed it under our hands. */
  async #current(): Promise<FileHandle> {
    const file = this.#file;
    if (!file) return await this.#reopen();
    const [ours, named] = await Promise.all([file.stat(), stat(this.#options.path).catch(() => undefined)]);
    if (named && named.ino === ours.ino && named.dev === ours.dev) return file;
    this.#file = undefined;
    await file.close();
    return await this.#reopen();
  }

  async #reopen(): Promise<FileHandle> {
    const { path } = this.#options;
    const file = await open(path, "a+", 0o640);
    try {
      const { size } = await file.stat();
      const { lastLine, wholeBytes } = await readTail(file, size);
      if (wholeBytes < size) await file.truncate(wholeBytes);
      await file.sync();
      await syncFolder(path);
      const line = lastLine ?? (await this.#lastRotatedLine());
      if (line !== undefined) this.#learn(line);
      this.#file = file;
      return file;
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  #learn(line: string): void {
    const place = placeOfLine(line);
    if (!place) {
      throw new Error(
        `the last line of ${this.#options.path} is none of this sink's; move the file away or choose another path`,
      );
    }
    this.#last.set(place.mesh, Math.max(place.position, this.#last.get(place.mesh) ?? -1));
  }

  async #lastRotatedLine(): Promise<string | undefined> {
    const newest = await rotated(this.#options.path, 1);
    if (newest === undefined) return undefined;
    if (newest.endsWith(".gz")) return await lastLineOfGzip(newest);
    const file = await open(newest, "r");
    try {
      return (await readTail(file, (await file.stat()).size)).lastLine;
    } finally {
      await file.close();
    }
  }

  #refuseBeforeOwed(records: readonly SinkRecord[]): void {
    const owed = this.#owed;
    if (!owed || (this.#last.get(owed.mesh) ?? -1) >= owed.position) return;
    const first = records.find((record) => record.mesh === owed.mesh);
    if (!first || first.position <= owed.position) return;
    throw new Error(`the records from position ${owed.position} on could not be stored and have to come first`);
  }

  #compress(): void {
    this.#compressing = compressNewest(this.#options.path).catch(this.#options.onCompressError);
  }
}

/** Appends and makes it last, or takes back what came of it. After a failed sync the system may call bytes stored that
 *  it has dropped, so they are written anew rather than believed. */
async function appendSynced(file: FileHandle, bytes: Buffer, storedBytes: number): Promise<void> {
  try {
    if (bytes.length > 0) await file.appendFile(bytes);
    await file.sync();
  } catch (error) {
    await file.truncate(storedBytes).catch(() => undefined);
    throw error;
  }
}
