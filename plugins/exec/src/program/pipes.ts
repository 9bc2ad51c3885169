import { closeSync, constants, mkdirSync, mkdtempSync, openSync, rmSync, unlinkSync } from "node:fs";
import { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Log } from "@ocelli/plugin-sdk";

/** One way for bytes to come back from a program. */
export interface Pipe {
  /** For the program. To be closed here once it has been started. */
  readonly writeFd: number;
  readonly read: Socket;
}

export interface PipeSupplyDeps {
  /** Makes named pipes, or throws the reason why not. */
  readonly makeFifos: (paths: readonly string[]) => Promise<void>;
  readonly clock: { monotonicMs(): number };
}

const batch = 128;
/** How long programs do without pipes after none could be made, in ms. */
const retryAfterMs = 10_000;

/** Real pipes for the output of programs. Node itself gives a program sockets, and a script that writes to /dev/stderr or
 *  /dev/stdout fails with those (<https://github.com/nodejs/node/issues/21941>). Node cannot make pipes; `mkfifo`
 *  makes many named ones at a time, which lose their names as they are taken. */
export class PipeSupply {
  readonly #deps: PipeSupplyDeps;
  #directory: string | undefined;
  #paths: string[] = [];
  #making: Promise<void> | undefined;
  #notBeforeMs = Number.NEGATIVE_INFINITY;
  #hasFailed = false;

  constructor(deps: PipeSupplyDeps) {
    this.#deps = deps;
  }

  /** Where pipes wait that are not taken yet; undefined where there are none. */
  get directory(): string | undefined {
    return this.#directory;
  }

  /** Undefined where none can be had now, such as without `mkfifo` or where no more files may be open: sockets have to do.
   *  Never throws: a program waits for two of them, and the first would stay open. */
  async take(log: Pick<Log, "warn">): Promise<Pipe | undefined> {
    // Twice, for names may be gone: whoever cleans up /tmp takes what has waited there for some days.
    for (let attempt = 1; attempt <= 2; attempt += 1) {
      const path = await this.#nextPath(log);
      if (path === undefined) return undefined;
      const opened = openPipe(path);
      if (opened !== "gone") return opened;
      this.#paths = [];
    }
    return undefined;
  }

  /** Removes what was not taken. */
  close(): void {
    if (this.#directory !== undefined) rmSync(this.#directory, { recursive: true, force: true });
    this.#directory = undefined;
    this.#paths = [];
  }

  async #nextPath(log: Pick<Log, "warn">): Promise<string | undefined> {
    while (this.#paths.length === 0) {
      if (!this.#making && this.#deps.clock.monotonicMs() < this.#notBeforeMs) return undefined;
      this.#making ??= this.#make(log).finally(() => {
        this.#making = undefined;
      });
      await this.#making;
    }
    return this.#paths.pop();
  }

  async #make(log: Pick<Log, "warn">): Promise<void> {
    try {
      const directory = emptyDirectory(this.#directory);
      this.#directory = directory;
      const paths = Array.from({ length: batch }, (_, i) => join(directory, String(i)));
      await this.#deps.makeFifos(paths);
      this.#paths.push(...paths);
      this.#hasFailed = false;
    } catch (error) {
      this.#notBeforeMs = this.#deps.clock.monotonicMs() + retryAfterMs;
      if (this.#hasFailed) return;
      this.#hasFailed = true;
      const reason = error instanceof Error ? error.message : String(error);
      log.warn({ reason, retryAfterMs }, "no pipes for programs: what writes to /dev/stdout or /dev/stderr fails");
    }
  }
}

/** The same folder once more, wherever it went: the warden knows its name. Another where the name is somebody else's. */
function emptyDirectory(known: string | undefined): string {
  if (known !== undefined) {
    try {
      rmSync(known, { recursive: true, force: true });
      mkdirSync(known, { mode: 0o700 });
      return known;
    } catch {
      // Then it is left alone.
    }
  }
  return mkdtempSync(join(tmpdir(), "ocelli-exec-"));
}

function openPipe(path: string): Pipe | "gone" | undefined {
  const fds: number[] = [];
  const open = (flags: number): number => {
    const fd = openSync(path, flags);
    fds.push(fd);
    return fd;
  };
  try {
    // The reader first and without waiting: whoever opens the other end waits for a reader.
    const readFd = open(constants.O_RDONLY | constants.O_NONBLOCK);
    const writeFd = open(constants.O_WRONLY);
    return { writeFd, read: new Socket({ fd: readFd, readable: true, writable: false }) };
  } catch (error) {
    for (const fd of fds) closeSync(fd);
    return error instanceof Error && "code" in error && error.code === "ENOENT" ? "gone" : undefined;
  } finally {
    removeName(path);
  }
}

function removeName(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It is gone, or goes with its folder.
  }
}
