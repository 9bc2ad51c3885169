/** Longer lines are cut, in bytes. */
const lineMaxBytes = 8 * 1024;

/** Cuts the bytes of a program's output into lines: bounded, printable, whatever was written. */
export class LineCutter {
  readonly #parts: Uint8Array[] = [];
  #kept = 0;
  #over = 0;

  /** The lines that end in `chunk`. */
  push(chunk: Uint8Array): string[] {
    const lines: string[] = [];
    let from = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      this.#keep(chunk.subarray(from, end));
      lines.push(this.#take());
      from = end + 1;
    }
    this.#keep(chunk.subarray(from));
    return lines;
  }

  /** What is left without a line end. */
  end(): string[] {
    return this.#kept + this.#over > 0 ? [this.#take()] : [];
  }

  #keep(bytes: Uint8Array): void {
    const room = lineMaxBytes - this.#kept;
    if (bytes.length > room) this.#over += bytes.length - Math.max(0, room);
    const part = bytes.slice(0, Math.max(0, room));
    if (part.length > 0) this.#parts.push(part);
    this.#kept += part.length;
  }

  #take(): string {
    const text = printable(Buffer.concat(this.#parts).toString("utf8").replace(/\r$/, ""));
    const line = this.#over > 0 ? `${text}… (${this.#over} bytes more)` : text;
    this.#parts.length = 0;
    this.#kept = 0;
    this.#over = 0;
    return line;
  }
}

/** Without the characters that would act on a terminal. */
function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replace(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f]/g, (char) => {
    return `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`;
  });
}

const linesPerSecond = 100;
const burstLines = 500;

/** Lets so many lines through, and counts the others: a module that floods its log harms nobody else. */
export class LineRate {
  #tokens = burstLines;
  #lastAtMs: number | undefined;
  #dropped = 0;

  /** Whether a line passes at `nowMs` (monotonic), and how many were dropped before it. */
  take(nowMs: number): { readonly pass: boolean; readonly dropped: number } {
    const spentMs = nowMs - (this.#lastAtMs ?? nowMs);
    this.#lastAtMs = nowMs;
    this.#tokens = Math.min(burstLines, this.#tokens + (spentMs * linesPerSecond) / 1000);
    if (this.#tokens < 1) {
      this.#dropped += 1;
      return { pass: false, dropped: 0 };
    }
    this.#tokens -= 1;
    const dropped = this.#dropped;
    this.#dropped = 0;
    return { pass: true, dropped };
  }

  /** How many were dropped since a line passed last. */
  get dropped(): number {
    return this.#dropped;
  }
}
