const lineMaxChars = 2_000;
/** Kept for the fault of a run that fails. */
const keptLines = 5;
/** Of one run, or of one request to a kept program; the others are counted. */
const linesMax = 100;

/** What a program writes to stderr: lines for the log, so many at most, and the last ones for a fault. */
export class StderrLines {
  readonly #log: (line: string) => void;
  readonly #decoder = new TextDecoder();
  #rest = "";
  #last: string[] = [];
  #logged = 0;
  #dropped = 0;

  constructor(log: (line: string) => void) {
    this.#log = log;
  }

  push(chunk: Uint8Array): void {
    const lines = (this.#rest + this.#decoder.decode(chunk, { stream: true })).split("\n");
    this.#rest = (lines.pop() ?? "").slice(0, lineMaxChars);
    for (const line of lines) this.#take(line);
  }

  /** The last lines, oldest first, in one line of text. Begins anew afterwards. */
  end(): string {
    if (this.#rest !== "") this.#take(this.#rest);
    if (this.#dropped > 0) this.#log(`(${this.#dropped} lines more)`);
    const words = this.#last.join(" | ");
    this.#rest = "";
    this.#last = [];
    this.#logged = 0;
    this.#dropped = 0;
    return words.length > 1_000 ? `…${words.slice(-1_000)}` : words;
  }

  #take(raw: string): void {
    const line = printable(raw.replace(/\r$/, "")).slice(0, lineMaxChars);
    if (line.trim() === "") return;
    this.#last.push(line.slice(0, 300));
    if (this.#last.length > keptLines) this.#last.shift();
    this.#logged += 1;
    if (this.#logged <= linesMax) this.#log(line);
    else this.#dropped += 1;
  }
}

/** Without the characters that would act on a terminal. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replace(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f]/g, (char) => {
    return `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`;
  });
}
