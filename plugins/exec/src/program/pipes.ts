import { execFile } from "node:child_process";
import { closeSync, constants, mkdtempSync, openSync, rmSync, unlinkSync } from "node:fs";
import { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** One way for bytes to come back from a program. */
export interface Pipe {
  /** For the program. To be closed here once it has been started. */
  readonly writeFd: number;
  readonly read: Socket;
}

const batch = 128;
const maker = "mkfifo";

/** Real pipes for the output of programs. Node itself gives a program sockets, and a script that writes to /dev/stderr or
 *  /dev/stdout fails with those (<https://github.com/nodejs/node/issues/21941>). Node cannot make pipes; `mkfifo`
 *  makes many named ones at a time, which lose their names as they are taken. */
export class PipeSupply {
  #directory: string | undefined;
  #paths: string[] = [];
  #making: Promise<void> | undefined;
  #made = 0;
  #works = true;

  /** Where pipes wait that are not taken yet; undefined where there are none. */
  get directory(): string | undefined {
    return this.#directory;
  }

  /** Undefined where this system has no `mkfifo`, or no more files may be open: sockets have to do. */
  async take(): Promise<Pipe | undefined> {
    while (this.#works && this.#paths.length === 0) {
      this.#making ??= this.#make().finally(() => {
        this.#making = undefined;
      });
      await this.#making;
    }
    const path = this.#paths.pop();
    return path === undefined ? undefined : openPipe(path);
  }

  /** Removes what was not taken. */
  close(): void {
    if (this.#directory !== undefined) rmSync(this.#directory, { recursive: true, force: true });
    this.#directory = undefined;
    this.#paths = [];
  }

  async #make(): Promise<void> {
    try {
      this.#directory ??= mkdtempSync(join(tmpdir(), "ocelli-exec-"));
      const from = this.#made;
      this.#made += batch;
      const directory = this.#directory;
      const paths = Array.from({ length: batch }, (_, i) => join(directory, String(from + i)));
      await new Promise<void>((resolve, reject) => {
        execFile(maker, ["-m", "600", ...paths], (error) => (error ? reject(error) : resolve()));
      });
      this.#paths.push(...paths);
    } catch {
      this.#works = false;
    }
  }
}

function openPipe(path: string): Pipe | undefined {
  let readFd: number | undefined;
  try {
    // The reader first and without waiting: whoever opens the other end waits for a reader.
    readFd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const writeFd = openSync(path, constants.O_WRONLY);
    return { writeFd, read: new Socket({ fd: readFd, readable: true, writable: false }) };
  } catch {
    if (readFd !== undefined) closeSync(readFd);
    return undefined;
  } finally {
    unlinkSync(path);
  }
}
