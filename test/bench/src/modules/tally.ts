import { unlinkSync } from "node:fs";
import { createServer } from "node:net";

/** What a module of the bench says of itself when it is asked. */
export interface TallyReport {
  readonly pid: number;
  /** Runs or records since its start. */
  readonly count: number;
  /** Start of a run less its slot, in ms, of a sample since the last report. */
  readonly latenessMs: readonly number[];
}

/** One run in so many is looked at for its lateness, so that looking costs next to nothing. */
const sampleEvery = 64;

/** Counts, and answers whoever connects to a unix socket with one line of JSON. */
export class Tally {
  #count = 0;
  #latenessMs: number[] = [];
  #listening = false;

  get count(): number {
    return this.#count;
  }

  add(count: number): void {
    this.#count += count;
  }

  /** Whether the run that is about to be counted belongs to the sample. */
  get samples(): boolean {
    return this.#count % sampleEvery === 0;
  }

  late(latenessMs: number): void {
    this.#latenessMs.push(latenessMs);
  }

  /** Serves reports there. A second call does nothing: a module may be configured more than once. */
  listen(path: string): void {
    if (this.#listening) return;
    this.#listening = true;
    const server = createServer((socket) => {
      const report: TallyReport = { pid: process.pid, count: this.#count, latenessMs: this.#latenessMs };
      this.#latenessMs = [];
      socket.on("error", () => {});
      socket.end(`${JSON.stringify(report)}\n`);
    });
    try {
      unlinkSync(path);
    } catch {
      // there was none
    }
    server.listen(path);
  }
}
