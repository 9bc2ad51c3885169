import type { Clock } from "@ocelli/model";

/** One line on stderr that says how it stands: on a terminal the last one, always there; elsewhere now and then. */
export class StatusLine {
  readonly #isTerminal: boolean;
  readonly #clock: Clock;
  #text = "";
  #saidText = "";
  #saidMs: number;

  constructor(isTerminal: boolean, clock: Clock) {
    this.#isTerminal = isTerminal;
    this.#clock = clock;
    this.#saidMs = clock.monotonicMs();
  }

  set(text: string): void {
    this.#text = text;
    if (this.#isTerminal) {
      this.#erase();
      this.#draw();
      return;
    }
    if (text === this.#saidText || this.#clock.monotonicMs() - this.#saidMs < sayEveryMs) return;
    this.#saidText = text;
    this.#saidMs = this.#clock.monotonicMs();
    process.stderr.write(`${text}\n`);
  }

  /** Writes what is above the line. */
  above(write: () => void): void {
    this.#erase();
    write();
    this.#draw();
  }

  clear(): void {
    this.#erase();
    this.#text = "";
  }

  #erase(): void {
    if (this.#isTerminal && this.#text !== "") process.stderr.write("\r\u001b[2K");
  }

  #draw(): void {
    if (!this.#isTerminal || this.#text === "") return;
    const width = Math.max(20, process.stderr.columns ?? 80);
    process.stderr.write(this.#text.slice(0, width - 1));
  }
}

/** Where nobody looks at a terminal, in ms. */
const sayEveryMs = 10_000;
