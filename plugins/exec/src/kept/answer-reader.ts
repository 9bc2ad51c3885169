import { type FaultNote, readFault } from "../formats/fault-note.js";

/** What a kept program answered: all lines before its end line, and what that says. */
export interface KeptAnswer {
  readonly kind: "answer";
  readonly stdout: string;
  /** As a program's exit code; 0 where it is not said. */
  readonly code: number;
  readonly fault: FaultNote | undefined;
}

export type ReaderOutcome = KeptAnswer | { readonly kind: "wrong"; readonly why: string };

/** End lines are short; longer lines are not looked at. */
const endLineMaxBytes = 16_384;
const lineEnd = 10;

/** Gathers the bytes of one answer up to its end line, `{"end": 17}` for request 17. */
export class AnswerReader {
  readonly #id: number;
  readonly #lines: Uint8Array[] = [];
  #rest: Uint8Array = new Uint8Array();

  constructor(id: number) {
    this.#id = id;
  }

  /** The answer once its end line is in, with the bytes that came behind it. */
  push(chunk: Uint8Array): { readonly outcome: ReaderOutcome; readonly left: Uint8Array } | undefined {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let from = 0;
    for (let end = bytes.indexOf(lineEnd); end >= 0; end = bytes.indexOf(lineEnd, from)) {
      const line = bytes.subarray(from, end + 1);
      from = end + 1;
      const note = endNote(line);
      if (note) return { outcome: this.#outcome(note), left: bytes.slice(from) };
      this.#lines.push(line);
    }
    this.#rest = bytes.subarray(from);
    return undefined;
  }

  #outcome(note: Readonly<Record<string, unknown>>): ReaderOutcome {
    const { end, code = 0, fault } = note;
    if (String(end) !== String(this.#id)) {
      return { kind: "wrong", why: `it ended request ${JSON.stringify(end)} while ${this.#id} was asked` };
    }
    if (typeof code !== "number" || !Number.isInteger(code)) {
      return { kind: "wrong", why: `"code" in its end line is ${JSON.stringify(code)}, not a whole number` };
    }
    const read = fault === undefined ? undefined : readFault(fault);
    if (typeof read === "string") return { kind: "wrong", why: `in its end line ${read}` };
    return { kind: "answer", stdout: new TextDecoder().decode(Buffer.concat(this.#lines)), code, fault: read };
  }
}

/** The end line that a line is, or undefined. Metric groups have a name. */
function endNote(line: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  if (line.length > endLineMaxBytes) return undefined;
  const text = Buffer.from(line.buffer, line.byteOffset, line.length).toString().trim();
  if (!text.startsWith("{") || !text.includes('"end"')) return undefined;
  try {
    const value = JSON.parse(text) as Readonly<Record<string, unknown>>;
    return Object.hasOwn(value, "end") && !Object.hasOwn(value, "name") ? value : undefined;
  } catch {
    return undefined;
  }
}
