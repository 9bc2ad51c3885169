import type { Readable } from "node:stream";
import type { Clock } from "@ocelli/model";
import { LineCutter, LineRate } from "./output-lines.js";

/** One line a module wrote. */
export interface ModuleLine {
  readonly stream: "stdout" | "stderr";
  readonly text: string;
}

/** How many lines of stderr are kept for the day the module ends. */
const keptLines = 40;

/** Reads a module's stdout and stderr as log lines. They mean nothing else: nothing a module prints can break it. */
export class ModuleOutput {
  readonly #onLine: (line: ModuleLine) => void;
  readonly #clock: Clock;
  readonly #rate = new LineRate();
  readonly #last: string[] = [];

  constructor(onLine: (line: ModuleLine) => void, clock: Clock) {
    this.#onLine = onLine;
    this.#clock = clock;
  }

  read(stream: ModuleLine["stream"], from: Readable): void {
    const cutter = new LineCutter();
    from.on("data", (chunk: Uint8Array) => this.#take(stream, cutter.push(chunk)));
    from.on("end", () => this.#take(stream, cutter.end()));
    from.on("error", () => {}); // The end of the process says it all.
  }

  /** The newest lines of stderr, oldest first. */
  get lastLines(): readonly string[] {
    return this.#last;
  }

  #take(stream: ModuleLine["stream"], lines: readonly string[]): void {
    for (const text of lines) {
      if (stream === "stderr") {
        this.#last.push(text);
        if (this.#last.length > keptLines) this.#last.shift();
      }
      const { pass, dropped } = this.#rate.take(this.#clock.monotonicMs());
      if (dropped > 0) this.#onLine({ stream, text: `${dropped} lines dropped: the module writes too many` });
      if (pass) this.#onLine({ stream, text });
    }
  }
}
